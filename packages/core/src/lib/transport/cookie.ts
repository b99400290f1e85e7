import { assertOption, assertPattern } from "../errors.ts";
import type { HeadersLike, RequestLike } from "../request.ts";
import type { Chunking } from "./chunks.ts";
import { cookieValues } from "./cookie-header.ts";
import { type CookieScope, cookieKey, possibleScopes } from "./cookie-scope.ts";
import type { FormerToken, ReceivedTokens, TokenExpiry, Transport } from "./transport.ts";

/** The cookie that holds the token. It is always HttpOnly. */
export interface CookieOptions {
  /** Default `__Host-session`. A name that starts with a prefix of RFC 6265bis must follow that prefix's rules. */
  readonly name?: string;
  /** Default `/`. */
  readonly path?: string;
  /** Default none: the cookie goes to this host only. Needs a name without `__Host-`. */
  readonly domain?: string;
  /** Default `lax`. `none` needs `secure`. */
  readonly sameSite?: "strict" | "lax" | "none";
  /** Default true. Browsers treat http://localhost as secure, except Safari. */
  readonly secure?: boolean;
  /** Default false. True: a separate cookie for each embedding site (CHIPS). Needs `secure`. */
  readonly partitioned?: boolean;
  /**
   * Names and scopes that the cookie had before a deploy, each written like the options at that time. Such cookies are still
   * read. A response that issues or clears the session's cookie clears them.
   */
  readonly former?: readonly FormerCookie[];
}

/** A name and scope that the cookie had before. Default: today's name, and the defaults of `CookieOptions` for the rest. */
export type FormerCookie = Pick<CookieOptions, "name" | "domain" | "path" | "partitioned">;

/** RFC 6265bis section 5.6: user agents ignore a cookie whose name and value exceed this. */
const MAX_COOKIE_BYTES = 4096;

/** RFC 6265bis section 5.5: user agents cap a cookie's lifetime at 400 days. */
const MAX_AGE_LIMIT = 34_560_000;

/** The most cookies of one name that are tried: without a limit a client could make us verify thousands. */
const MAX_CANDIDATES = 8;

/** The most characters of lines that clear guessed scopes too. nginx, for example, has 4 KB for the headers of a response. */
const MAX_CLEARING = 3500;

const nothing: ReceivedTokens = { tokens: [] };
const longAgo = new Date(0).toUTCString();

/** Checks the options and makes the transport. With `chunking`, one token may use several cookies. */
export function cookieTransport(options: CookieOptions = {}, chunking?: Chunking): Transport {
  const { sameSite = "lax", secure = true } = options;
  const scope = readScope("cookie", options, sameSite, secure);
  const { name } = scope;
  const formerScopes = readFormerScopes(options.former ?? [], name);
  // If the cookie has a domain, an old host-only cookie of the same name would keep shadowing it.
  const scopes = scope.domain === undefined ? [scope] : [scope, { ...scope, domain: undefined }];
  const formerNames = [...new Set(formerScopes.map((former) => former.name))].filter((former) => former !== name);

  const attributes = attributesOf(scope, sameSite, secure);
  const namesOf = (base: string) => [base, ...(chunking?.names(base) ?? [])];
  const ownKeys = namesOf(name).map((each) => cookieKey(`${each}=${attributes}`));
  // A token is base64url and dots: its length is its size in bytes.
  const room = MAX_COOKIE_BYTES - name.length;
  const cookiesOf = ({ headers }: RequestLike) => headers.get("cookie") ?? "";
  const has = (request: RequestLike, cookie: string, times = 1) =>
    cookieValues(cookiesOf(request), cookie, times).length === times;

  const clearing = (each: CookieScope) =>
    `${each.name}=; Max-Age=0; Expires=${longAgo}${attributesOf(each, sameSite, secure || needsSecure(each))}`;
  /** Lines that clear the client's cookies in these scopes, except the first `kept` chunks of a token. */
  const clearScopes = (scopes: readonly CookieScope[], request: RequestLike, kept = 0) =>
    scopes
      .flatMap((each) =>
        namesOf(each.name)
          .map((cookie) => ({ ...each, name: cookie }))
          .slice(kept),
      )
      .filter((each) => has(request, each.name))
      .map(clearing);
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
    longest: chunking?.longest(room) ?? room,
    read({ headers }) {
      const cookies = headers.get("cookie");
      if (cookies === null) return nothing;
      const received = readName(cookies, name);
      return formerNames.length === 0 ? received : { ...received, former: readFormer(cookies) };
    },
    issue(token, expiry, request) {
      const cookies = chunking?.split(token, name, room) ?? [`${name}=${token}`];
      const lines = cookies.map((cookie) => cookie + lifetimeOf(expiry) + attributes);
      return unique([...lines, ...clearScopes(scopes, request, cookies.length), ...clearScopes(formerScopes, request)]);
    },
    clear(request) {
      // The first chunk is cleared first: without it the others open nothing.
      const names = has(request, name, 2) ? namesOf(name).filter((each) => has(request, each)) : [];
      const others = names.flatMap((each) => possibleScopes(request, { ...scope, name: each }, secure));
      const known = [...scopes.map(clearing), ...clearScopes([...scopes, ...formerScopes], request)];
      let left = MAX_CLEARING - known.join("").length;
      const fitting = others.map(clearing).filter(({ length }) => {
        left -= length;
        return left >= 0;
      });
      return unique([...known, ...fitting]);
    },
    put: (headers, lines) => replaceCookies(headers, lines, ownKeys),
  };
}

function readFormerScopes(former: readonly FormerCookie[], name: string): CookieScope[] {
  const isList = Array.isArray(former) && former.every((each) => Object(each) === each);
  assertOption(isList, "cookie.former", 'must be a list of objects, like [{ name: "session" }]');
  return former.map((each, index) => readScope(`cookie.former[${index}]`, { name, ...each }));
}

function readScope(option: string, given: FormerCookie, sameSite = "lax", secure = true): CookieScope {
  const { name = "__Host-session", domain, path = "/", partitioned = false } = given;
  const scope = { name, domain, path, partitioned };
  // RFC 6265bis section 4.1.1: cookie-name = token, path-value = *av-octet, domain-value = <subdomain>;
  // section 5.6: a longer attribute, and a path without a leading slash, are ignored.
  assertPattern(/^[\w!#$%&'*+\-.^`|~]{1,1024}$/, `${option}.name`, name);
  assertPattern(/^\/[ -:<-~]{0,1023}$/, `${option}.path`, path);
  assertPattern(/^(?=.{1,1024}$)[a-z\d-]+(\.[a-z\d-]+)*$/i, `${option}.domain`, domain ?? "none");
  assertPattern(/^(strict|lax|none)$/, "cookie.sameSite", sameSite);

  const secureRule = 'must be true for this name, sameSite or partitioned. For plain http use name: "session"';
  assertOption(secure || !(sameSite === "none" || needsSecure(scope)), "cookie.secure", secureRule);
  const hostOnly = path === "/" && domain === undefined;
  const hostRule = 'with __Host- needs path: "/" and no domain. For others use name: "__Secure-session"';
  assertOption(hostOnly || !/^__host-/i.test(name), `${option}.name`, hostRule);
  return scope;
}

/** RFC 6265bis section 5.7: browsers ignore a cookie that breaks these rules, and compare prefixes without case. */
function needsSecure({ name, partitioned }: CookieScope): boolean {
  return partitioned || /^__(host|secure|http)-/i.test(name);
}

function attributesOf({ domain, path, partitioned }: CookieScope, sameSite: string, secure: boolean): string {
  const site = sameSite.replace(/^./, (initial) => initial.toUpperCase());
  const host = domain === undefined ? "" : `; Domain=${domain}`;
  return `${host}; Path=${path}; HttpOnly${secure ? "; Secure" : ""}; SameSite=${site}${partitioned ? "; Partitioned" : ""}`;
}

/** Expires repeats Max-Age for clients that know only the older attribute. */
function lifetimeOf(expiry: TokenExpiry | undefined): string {
  if (expiry === undefined) return "";
  const beyond = Math.max(0, expiry.maxAge - MAX_AGE_LIMIT);
  const expires = new Date(+expiry.expires - beyond * 1000);
  return `; Max-Age=${expiry.maxAge - beyond}; Expires=${expires.toUTCString()}`;
}

/** Keeps the first line for each cookie: a line that issues a token comes before one that would clear the same cookie. */
function unique(lines: readonly string[]): readonly string[] {
  if (lines.length < 2) return lines;
  const seen = new Set<string>();
  return lines.filter((line) => !seen.has(cookieKey(line)) && seen.add(cookieKey(line)));
}

/**
 * RFC 6265bis section 4.1: a response must not have two Set-Cookie lines for one cookie. The application's other lines stay,
 * even a line that clears a cookie of the session's name in another scope.
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
