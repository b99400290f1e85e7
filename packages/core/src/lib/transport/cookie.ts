import { check, checkPattern } from "../errors.ts";
import type { HeadersLike } from "../header-changes.ts";
import type { RequestLike } from "../load.ts";
import type { Chunking } from "./chunks.ts";
import { cookieValues } from "./cookie-header.ts";
import type { Carried, Transport } from "./transport.ts";

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

/** RFC 6265bis section 5.6: user agents ignore a cookie whose name and value exceed this. */
const MAX_COOKIE_BYTES = 4096;

/** RFC 6265bis section 5.5: user agents cap a cookie's lifetime at 400 days. */
const MAX_AGE_LIMIT = 34_560_000;

const nothing: Carried = { tokens: [] };

/** Cookies of one name that are tried, so that nobody can make us verify thousands. */
const MAX_CANDIDATES = 8;

/** The cookie as checked; with `chunking`, a token may need several. */
export function cookieTransport(options: CookieOptions = {}, chunking?: Chunking): Transport {
  const { name = "__Host-session", secure = true } = options;
  const scopes = scopesOf(options);
  const names = [name, ...(chunking?.names(name) ?? [])];
  // A token is base64url and dots: its length is its size in bytes.
  const room = MAX_COOKIE_BYTES - name.length;

  const clearing = (cookie: string) =>
    scopes.map((scope) => `${cookie}=; Max-Age=0; Expires=${new Date(0).toUTCString()}${scope}`);
  /** For the further cookies that the client has, and that a token in so many leaves over. */
  const clearFrom = (count: number, { headers }: RequestLike) =>
    names
      .slice(count)
      .filter((each) => cookieValues(headers.get("cookie") ?? "", each, 1).length > 0)
      .flatMap(clearing);

  return {
    name,
    secure,
    header: "Cookie",
    limit: chunking?.capacity(room) ?? room,
    read({ headers }) {
      const cookies = headers.get("cookie");
      if (cookies === null) return nothing;
      const tokens = cookieValues(cookies, name, MAX_CANDIDATES);
      return chunking?.join(tokens, cookies, name) ?? { tokens };
    },
    issue(token, maxAge, request) {
      const age = maxAge === undefined ? "" : `; Max-Age=${Math.min(maxAge, MAX_AGE_LIMIT)}`;
      const cookies = chunking?.split(token, name, room) ?? [`${name}=${token}`];
      return [...cookies.map((cookie) => cookie + age + scopes[0]), ...clearFrom(cookies.length, request)];
    },
    clear: (request) => [...clearing(name), ...clearFrom(1, request)],
    put: (headers, lines) => replaceCookies(headers, names, lines),
  };
}

/** The attributes. With a domain, also those of the host-only cookie of the same name, which would go on shadowing it. */
function scopesOf(options: CookieOptions): string[] {
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
  return domain === undefined ? [flags] : [`; Domain=${domain}${flags}`, flags];
}

/** RFC 6265bis section 4.1: no two Set-Cookie lines of one name in a response. The lines of others stay as they are. */
function replaceCookies(headers: HeadersLike, names: readonly string[], lines: readonly string[]): void {
  const isOurs = (line: string) => names.some((name) => line.startsWith(`${name}=`));
  const given = headers.getSetCookie();
  if (given.some(isOurs)) {
    headers.delete("set-cookie");
    for (const line of given) if (!isOurs(line)) headers.append("set-cookie", line);
  }
  for (const line of lines) headers.append("set-cookie", line);
}
