/**
 * Why a token was not accepted. The response does not tell the client which reason it was.
 *
 * `wrong-mode`: the token carries the data, but the configuration keeps data in a store, or the other way round.
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
 * An event for the security log. It never holds a token or session data.
 *
 * - `token-rejected`: a token was not accepted, and why.
 * - `duplicate-cookie`: the request carried several cookies for the session. Up to 8 are tried, the newest first.
 * - `stale-id`: a token verified, but the store has no such session, or not any more.
 * - `superseded-write`: the changes of a request were dropped, because its session got a newer token in the meantime.
 * - `conflict-merged`: two requests wrote at once, and both changes were kept. This took `attempts` writes.
 * - `store-failed`: an operation of the store failed or took too long.
 * - `record-damaged`: what the store gave back under this id is no record. `repaired`: it was removed, and the session has
 *   ended. Otherwise it was left alone: a second look found it whole, or nothing that the store gives back is a record.
 * - `data-rejected`: the data of a session did not fit the schema, at these top-level keys; `cause` is the error of `migrate`.
 * - `token-large`: a token, name included, has more than 3072 bytes; browsers take 4096.
 * - `cacheable-response`: the response carried the session cookie and allowed shared caching (`public`, `s-maxage`, or a field
 *   like `CDN-Cache-Control`). The library replaced or removed that permission.
 * - `insecure-request`: a Secure cookie was set in answer to a plain-http request that is not to localhost;
 *   the browser will drop it.
 * - `cookie-not-sent`: the session changed, but its response can't carry a cookie (101 Switching Protocols, or
 *   `Response.error()`), so the change is lost.
 *
 * For the audit log, once it is saved:
 *
 * - `logged-in`: `login` gave a session an owner whom it did not have when the request loaded it.
 * - `regenerated`: a session got a new token by `regenerate`, or by `login` for the owner whom it had already.
 * - `ended`: a session has ended, and how. `destroyed`: by `destroy`. `revoked`: by `revoke`, `revokeAll` or `sessionsPerOwner`.
 *   `emptied`: nothing was left in it. `expired`: a request brought its token too late; the next request with it says so again.
 *   The owner is undefined if there is none or if it is not known, the id if `revokeAll` ended sessions that live in tokens.
 */
export type SessionEvent =
  | { readonly type: "token-rejected"; readonly reason: RejectionReason }
  | { readonly type: "duplicate-cookie"; readonly count: number }
  | { readonly type: "stale-id" }
  | { readonly type: "superseded-write" }
  | { readonly type: "conflict-merged"; readonly attempts: number }
  | { readonly type: "store-failed"; readonly operation: string }
  | { readonly type: "record-damaged"; readonly id: string; readonly repaired: boolean }
  | { readonly type: "data-rejected"; readonly keys: readonly string[]; readonly cause?: unknown }
  | { readonly type: "token-large"; readonly bytes: number }
  | { readonly type: "cacheable-response"; readonly cacheControl: string }
  | { readonly type: "insecure-request" }
  | { readonly type: "cookie-not-sent"; readonly status: number }
  | { readonly type: "logged-in"; readonly id: string; readonly owner: string }
  | { readonly type: "regenerated"; readonly id: string; readonly owner: string | undefined }
  | {
      readonly type: "ended";
      readonly id: string | undefined;
      readonly owner: string | undefined;
      readonly by: "destroyed" | "revoked" | "expired" | "emptied";
    };
