/**
 * Why a token was not accepted. The client sees no difference between these.
 *
 * `wrong-mode`: it carries its data where the data is in a store, or the other way round.
 */
export type RejectionReason =
  | "too-large"
  | "malformed"
  | "unknown-key"
  | "bad-signature"
  | "undecryptable"
  | "undecodable"
  | "issued-in-future"
  | "wrong-mode"
  | "expired"
  | "revoked"
  | "incomplete";

/**
 * Something worth a line in the security log. An event never holds a token or session data.
 *
 * - `token-rejected`: a token was not accepted, and why.
 * - `duplicate-cookie`: the request carried several cookies of the session's name; each is tried, at most 8, the newest first.
 * - `stale-id`: a token that verified names a session that the store does not have (any more).
 * - `superseded-write`: what a request wrote was dropped, because its session had got a newer token meanwhile.
 * - `conflict-merged`: two requests wrote at once, and both were kept; `attempts` writes were needed.
 * - `store-failed`: an operation of the store failed or took too long.
 * - `data-rejected`: the data of a session did not fit the schema, at these top-level keys; `cause` is what `migrate` threw.
 * - `token-large`: a token, name included, has more than 3072 bytes; browsers take 4096.
 * - `cacheable-response`: the response allowed shared caching (`public`, `s-maxage`, a field like `CDN-Cache-Control`) while
 *   carrying the session cookie; that has been replaced or removed.
 * - `insecure-request`: a Secure cookie was set in answer to a plain-http request that is not to localhost;
 *   the browser will drop it.
 * - `cookie-not-sent`: the session changed, but its response can't carry a cookie (101 Switching Protocols, or
 *   `Response.error()`), so the change is lost.
 */
export type SessionEvent =
  | { readonly type: "token-rejected"; readonly reason: RejectionReason }
  | { readonly type: "duplicate-cookie"; readonly count: number }
  | { readonly type: "stale-id" }
  | { readonly type: "superseded-write" }
  | { readonly type: "conflict-merged"; readonly attempts: number }
  | { readonly type: "store-failed"; readonly operation: string }
  | { readonly type: "data-rejected"; readonly keys: readonly string[]; readonly cause?: unknown }
  | { readonly type: "token-large"; readonly bytes: number }
  | { readonly type: "cacheable-response"; readonly cacheControl: string }
  | { readonly type: "insecure-request" }
  | { readonly type: "cookie-not-sent"; readonly status: number };
