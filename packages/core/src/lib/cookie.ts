import { check, checkPattern, SessionError } from "./errors.ts";

/** The cookie that holds the token. It is always HttpOnly. */
export interface CookieOptions {
  /** Default `__Host-session`. A name that starts with a prefix of RFC 6265bis must keep that prefix's rules. */
  readonly name?: string;
  /** Default `/`. */
  readonly path?: string;
  /** Default none: the cookie goes to this host only. Needs a name without `__Host-`. */
  readonly domain?: string;
  /** Default `lax`. `none` needs `secure`. */
  readonly sameSite?: "strict" | "lax" | "none";
  /** Default true. Browsers treat http://localhost as secure, Safari excepted. */
  readonly secure?: boolean;
  /** Default false. A separate cookie jar per embedding site (CHIPS); needs `secure`. */
  readonly partitioned?: boolean;
}

/** The cookie as checked, and its Set-Cookie lines. */
export interface Cookie {
  readonly name: string;
  readonly secure: boolean;
  /** `maxAge` in seconds; undefined for a cookie that ends with the browser. Throws `ERR_TOKEN_TOO_LARGE`. */
  issue(token: string, maxAge: number | undefined): string[];
  /** With a domain, also for the host-only cookie of the same name, which would otherwise go on shadowing it. */
  clear(): string[];
}

/** RFC 6265bis section 5.6: user agents ignore a cookie whose name and value exceed this. */
export const MAX_COOKIE_BYTES = 4096;

/** RFC 6265bis section 5.5: user agents cap a cookie's lifetime at 400 days. */
const MAX_AGE_LIMIT = 34_560_000;

export function createCookie(options: CookieOptions = {}): Cookie {
  const { name = "__Host-session", path = "/", domain, sameSite = "lax", secure = true, partitioned } = options;
  // RFC 6265bis section 4.1.1: cookie-name = token, path-value = *av-octet, domain-value = <subdomain>;
  // section 5.6: a longer attribute, and a path without a leading slash, are ignored.
  checkPattern(/^[\w!#$%&'*+\-.^`|~]{1,1024}$/, "cookie.name", name);
  checkPattern(/^\/[ -:<-~]{0,1023}$/, "cookie.path", path);
  checkPattern(/^(?=.{1,1024}$)[a-z\d-]+(\.[a-z\d-]+)*$/i, "cookie.domain", domain ?? "none");
  checkPattern(/^(strict|lax|none)$/, "cookie.sameSite", sameSite);

  // RFC 6265bis section 5.7: browsers ignore what breaks these rules; prefixes are compared without case.
  const needsSecure = sameSite === "none" || partitioned || /^__(host|secure|http)-/i.test(name);
  const secureRule = 'must be true for this name, sameSite or partitioned. For plain http use name: "session"';
  check(secure || !needsSecure, "cookie.secure", secureRule);
  const hostOnly = path === "/" && domain === undefined;
  const hostRule = 'with __Host- needs path: "/" and no domain. For others use name: "__Secure-session"';
  check(hostOnly || !/^__host-/i.test(name), "cookie.name", hostRule);

  const site = sameSite.replace(/^./, (initial) => initial.toUpperCase());
  const flags = `; Path=${path}; HttpOnly${secure ? "; Secure" : ""}; SameSite=${site}${partitioned ? "; Partitioned" : ""}`;
  const scopes = domain === undefined ? [flags] : [`; Domain=${domain}${flags}`, flags];
  return {
    name,
    secure,
    issue(token, maxAge) {
      checkSize(name + token);
      const age = maxAge === undefined ? "" : `; Max-Age=${Math.min(maxAge, MAX_AGE_LIMIT)}`;
      return [`${name}=${token}${age}${scopes[0]}`];
    },
    clear: () => scopes.map((scope) => `${name}=; Max-Age=0; Expires=${new Date(0).toUTCString()}${scope}`),
  };
}

/** A token is base64url and dots: its length is its size in bytes. */
function checkSize({ length }: string): void {
  if (length <= MAX_COOKIE_BYTES) return;
  const fact = `The session cookie has ${length} bytes, but browsers drop it beyond ${MAX_COOKIE_BYTES}`;
  throw new SessionError("ERR_TOKEN_TOO_LARGE", `${fact}. Keep ids in the session, not whole objects.`);
}
