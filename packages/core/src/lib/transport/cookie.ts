import { assertOption, assertPattern } from "../errors.ts";
import type { HeadersLike, RequestLike } from "../request.ts";
import type { Chunking } from "./chunks.ts";
import { cookieValues } from "./cookie-header.ts";
import { type CookieScope, cookieKey, possibleScopes } from "./cookie-scope.ts";
import type { FormerToken, ReceivedTokens, TokenExpiry, Transport } from "./transport.ts";

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
  /**
   * Names and scopes that the cookie had before a deploy, each like the options of then. Such cookies are still read, and
   * cleared when a cookie is issued.
   */
  readonly former?: readonly FormerCookie[];
}

/** The name and scope of a cookie of before: what is left out is as by default, the name as it is now. */
export type FormerCookie = Pick<CookieOptions, "name" | "domain" | "path" | "partitioned">;

/** RFC 6265bis section 5.6: user agents ignore a cookie whose name and value exceed this. */
const MAX_COOKIE_BYTES = 4096;

/** RFC 6265bis section 5.5: user agents cap a cookie's lifetime at 400 days. */
const MAX_AGE_LIMIT = 34_560_000;

/** Cookies of one name that are tried, so that nobody can make us verify thousands. */
const MAX_CANDIDATES = 8;

const nothing: ReceivedTokens = { tokens: [] };
const longAgo = new Date(0).toUTCString();

/** The cookie as checked; with `chunking`, a token may need several. */
export function cookieTransport(options: CookieOptions = {}, chunking?: Chunking): Transport {
  const scope = scopeOf(options);
  const { name } = scope;
  const { sameSite = "lax", secure = true } = options;
  assertRules(scope, sameSite, secure);
  const formerScopes = (options.former ?? []).map((former) => scopeOf({ name, ...former }));
  for (const former of formerScopes) assertRules(former, "lax", true);
  // With a domain, a host-only cookie of the same name would go on shadowing it.
  const scopes = scope.domain === undefined ? [scope] : [scope, { ...scope, domain: undefined }];
  const formerNames = [...new Set(formerScopes.map((former) => former.name))].filter((former) => former !== name);

  const attributes = attributesOf(scope, sameSite, secure);
  const ownKeys = [name, ...(chunking?.names(name) ?? [])].map((each) => cookieKey(`${each}=${attributes}`));
  // A token is base64url and dots: its length is its size in bytes.
  const room = MAX_COOKIE_BYTES - name.length;
  const namesOf = (base: string) => [base, ...(chunking?.names(base) ?? [])];
  const cookiesOf = ({ headers }: RequestLike) => headers.get("cookie") ?? "";
  const has = (request: RequestLike, cookie: string) => cookieValues(cookiesOf(request), cookie, 1).length > 0;

  const clearing = (each: CookieScope) =>
    `${each.name}=; Max-Age=0; Expires=${longAgo}${attributesOf(each, sameSite, secure || each.partitioned)}`;
  /** For the cookies of these scopes that the client has. */
  const clearScopes = (scopes: readonly CookieScope[], request: RequestLike) =>
    scopes
      .flatMap((each) => namesOf(each.name).map((cookie) => ({ ...each, name: cookie })))
      .filter((each) => has(request, each.name))
      .map(clearing);
  /** For the further cookies that the client has, and that a token in so many does not fill. */
  const clearChunks = (count: number, request: RequestLike) =>
    namesOf(name)
      .slice(count)
      .filter((each) => has(request, each))
      .flatMap((each) => scopes.map((other) => clearing({ ...other, name: each })));
  const readName = (cookies: string, each: string): ReceivedTokens => {
    const tokens = cookieValues(cookies, each, MAX_CANDIDATES);
    return chunking?.join(tokens, cookies, each) ?? { tokens };
  };
  const readFormer = (cookies: string): FormerToken[] =>
    formerNames.flatMap((each) => readName(cookies, each).tokens.map((token) => ({ name: each, token })));

  return {
    name,
    formerNames,
    secure,
    header: "Cookie",
    limit: chunking?.capacity(room) ?? room,
    read({ headers }) {
      const cookies = headers.get("cookie");
      if (cookies === null) return nothing;
      const received = readName(cookies, name);
      return formerNames.length === 0 ? received : { ...received, former: readFormer(cookies) };
    },
    issue(token, expiry, request) {
      const cookies = chunking?.split(token, name, room) ?? [`${name}=${token}`];
      const lines = cookies.map((cookie) => cookie + lifetimeOf(expiry) + attributes);
      return unique([...lines, ...clearChunks(cookies.length, request), ...clearScopes(formerScopes, request)]);
    },
    clear(request) {
      const several = cookieValues(cookiesOf(request), name, 2).length > 1;
      const others = several ? possibleScopes(request, scope, secure) : [];
      return unique([
        ...scopes.map(clearing),
        ...clearChunks(1, request),
        ...clearScopes([...formerScopes, ...others], request),
      ]);
    },
    put: (headers, lines) => replaceCookies(headers, lines, ownKeys),
  };
}

function scopeOf({ name = "__Host-session", domain, path = "/", partitioned = false }: CookieOptions): CookieScope {
  return { name, domain, path, partitioned };
}

function assertRules({ name, domain, path, partitioned }: CookieScope, sameSite: string, secure: boolean): void {
  // RFC 6265bis section 4.1.1: cookie-name = token, path-value = *av-octet, domain-value = <subdomain>;
  // section 5.6: a longer attribute, and a path without a leading slash, are ignored.
  assertPattern(/^[\w!#$%&'*+\-.^`|~]{1,1024}$/, "cookie.name", name);
  assertPattern(/^\/[ -:<-~]{0,1023}$/, "cookie.path", path);
  assertPattern(/^(?=.{1,1024}$)[a-z\d-]+(\.[a-z\d-]+)*$/i, "cookie.domain", domain ?? "none");
  assertPattern(/^(strict|lax|none)$/, "cookie.sameSite", sameSite);

  // RFC 6265bis section 5.7: browsers ignore what breaks these rules; prefixes are compared without case.
  const needsSecure = sameSite === "none" || partitioned || /^__(host|secure|http)-/i.test(name);
  const secureRule = 'must be true for this name, sameSite or partitioned. For plain http use name: "session"';
  assertOption(secure || !needsSecure, "cookie.secure", secureRule);
  const hostOnly = path === "/" && domain === undefined;
  const hostRule = 'with __Host- needs path: "/" and no domain. For others use name: "__Secure-session"';
  assertOption(hostOnly || !/^__host-/i.test(name), "cookie.name", hostRule);
}

function attributesOf({ domain, path, partitioned }: CookieScope, sameSite: string, secure: boolean): string {
  const site = sameSite.replace(/^./, (initial) => initial.toUpperCase());
  const host = domain === undefined ? "" : `; Domain=${domain}`;
  return `${host}; Path=${path}; HttpOnly${secure ? "; Secure" : ""}; SameSite=${site}${partitioned ? "; Partitioned" : ""}`;
}

/** Expires says the same as Max-Age, to clients that only know the older attribute. */
function lifetimeOf(expiry: TokenExpiry | undefined): string {
  if (expiry === undefined) return "";
  return `; Max-Age=${Math.min(expiry.maxAge, MAX_AGE_LIMIT)}; Expires=${expiry.expires.toUTCString()}`;
}

/** The first line for each cookie: that of today's scope comes before one that would clear it. */
function unique(lines: readonly string[]): readonly string[] {
  if (lines.length < 2) return lines;
  const seen = new Set<string>();
  return lines.filter((line) => !seen.has(cookieKey(line)) && seen.add(cookieKey(line)));
}

/**
 * RFC 6265bis section 4.1: no two Set-Cookie lines for one cookie in a response. All others stay as they are, those included by
 * which the application itself clears a cookie of another scope.
 */
function replaceCookies(headers: HeadersLike, lines: readonly string[], ownKeys: readonly string[]): void {
  const given = headers.getSetCookie();
  if (given.length > 0) {
    const keys = new Set([...ownKeys, ...lines.map(cookieKey)]);
    const others = given.filter((line) => !keys.has(cookieKey(line)));
    if (others.length < given.length) {
      headers.delete("set-cookie");
      for (const line of others) headers.append("set-cookie", line);
    }
  }
  for (const line of lines) headers.append("set-cookie", line);
}
