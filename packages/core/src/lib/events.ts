/**
 * Why a token was not accepted. The client sees no difference between these, but that its cookie is cleared for the last
 * three: they say that the session has ended.
 */
export type RejectionReason =
  | "too-large"
  | "malformed"
  | "unknown-key"
  | "bad-signature"
  | "undecryptable"
  | "undecodable"
  | "issued-in-future"
  | "expired"
  | "revoked"
  | "incomplete";

/**
 * Something worth a line in the security log. An event never holds a token or session data.
 *
 * - `token-rejected`: a token was not accepted, and why.
 * - `duplicate-cookie`: the request carried several cookies of the session's name; each is tried, at most 8.
 * - `stale-id`: a token that verified names a session that the store does not have (any more).
 * - `conflict-merged`: two requests wrote at once, and both were kept; `attempts` writes were needed.
 * - `store-failed`: an operation of the store failed or took too long.
 * - `data-rejected`: the data of a session did not fit the schema, at these top-level keys; `cause` is what `migrate` threw.
 * - `token-large`: a token, name included, has more than 3072 bytes; browsers take 4096.
 * - `cacheable-response`: the response allowed shared caching (`public`, `s-maxage`) while carrying the session cookie;
 *   its Cache-Control has been replaced.
 * - `insecure-request`: a Secure cookie was set in answer to a plain-http request that is not to localhost;
 *   the browser will drop it.
 * - `cookie-not-sent`: the session changed, but its response can't carry a cookie (101 Switching Protocols, or
 *   `Response.error()`), so the change is lost.
 */
export type SessionEvent =
  | { readonly type: "token-rejected"; readonly reason: RejectionReason }
  | { readonly type: "duplicate-cookie"; readonly count: number }
  | { readonly type: "stale-id" }
  | { readonly type: "conflict-merged"; readonly attempts: number }
  | { readonly type: "store-failed"; readonly operation: string }
  | { readonly type: "data-rejected"; readonly keys: readonly string[]; readonly cause?: unknown }
  | { readonly type: "token-large"; readonly bytes: number }
  | { readonly type: "cacheable-response"; readonly cacheControl: string }
  | { readonly type: "insecure-request" }
  | { readonly type: "cookie-not-sent"; readonly status: number };
