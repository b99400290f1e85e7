import type { Cookie } from "./cookie-options.ts";
import { SessionError } from "./errors.ts";

/** RFC 6265bis section 5.6: user agents ignore a cookie whose name and value exceed this. */
export const MAX_COOKIE_BYTES = 4096;

/** RFC 6265bis section 5.5: user agents cap a cookie's lifetime at 400 days. */
const MAX_AGE_LIMIT = 34_560_000;

/** Makes the Set-Cookie lines of one cookie. */
export interface SetCookie {
  /** `maxAge` in seconds; undefined for a cookie that ends with the browser. Throws `ERR_TOKEN_TOO_LARGE`. */
  issue(token: string, maxAge: number | undefined): string[];
  /** With a domain, also for the host-only cookie of the same name, which would otherwise go on shadowing it. */
  clear(): string[];
}

export function setCookie(cookie: Cookie): SetCookie {
  const flags = [
    `; Path=${cookie.path}; HttpOnly`,
    cookie.secure ? "; Secure" : "",
    `; SameSite=${cookie.sameSite[0]?.toUpperCase()}${cookie.sameSite.slice(1)}`,
    cookie.partitioned ? "; Partitioned" : "",
  ].join("");
  const scopes = cookie.domain === undefined ? [flags] : [`; Domain=${cookie.domain}${flags}`, flags];
  const cleared = scopes.map((scope) => `${cookie.name}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT${scope}`);
  return {
    issue(token, maxAge) {
      checkSize(cookie.name, token);
      const age = maxAge === undefined ? "" : `; Max-Age=${Math.min(maxAge, MAX_AGE_LIMIT)}`;
      return [`${cookie.name}=${token}${age}${scopes[0]}`];
    },
    clear: () => cleared,
  };
}

function checkSize(name: string, token: string): void {
  // A token is base64url and dots: its length is its size in bytes.
  const size = name.length + token.length;
  if (size <= MAX_COOKIE_BYTES) return;
  const fact = `the session's cookie has ${size} bytes (name and value), but browsers drop it beyond ${MAX_COOKIE_BYTES}`;
  throw new SessionError("ERR_TOKEN_TOO_LARGE", `${fact}. Keep less in the session: ids rather than whole objects.`);
}
