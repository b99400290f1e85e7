import { SessionError } from "./errors.ts";

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

export interface Cookie {
  readonly name: string;
  readonly path: string;
  readonly domain: string | undefined;
  readonly sameSite: "strict" | "lax" | "none";
  readonly secure: boolean;
  readonly partitioned: boolean;
}

/** RFC 6265bis section 5.6: user agents ignore a longer attribute. */
const MAX_ATTRIBUTE_BYTES = 1024;

export function readCookie(options: CookieOptions = {}): Cookie {
  const { name = "__Host-session", path = "/", domain, sameSite = "lax", secure = true, partitioned = false } = options;
  const cookie = { name, path, domain, sameSite, secure, partitioned };
  checkName(name);
  checkPath(path);
  checkDomain(domain);
  checkSameSite(cookie);
  checkPartitioned(cookie);
  checkPrefix(cookie);
  return cookie;
}

function checkName(name: string): void {
  // RFC 6265bis section 4.1.1: cookie-name = token (RFC 9110 section 5.6.2)
  if (typeof name !== "string" || !/^[\w!#$%&'*+\-.^`|~]+$/.test(name)) {
    fail("cookie.name", `must be letters, digits and !#$%&'*+-.^_\`|~, but is ${JSON.stringify(name)}`);
  }
  if (name.length > MAX_ATTRIBUTE_BYTES) fail("cookie.name", `is longer than ${MAX_ATTRIBUTE_BYTES} bytes`);
}

function checkPath(path: string): void {
  // RFC 6265bis section 4.1.1: path-value = *av-octet; section 5.6.4: one without a leading slash is ignored
  if (typeof path !== "string" || !/^\/[\x20-\x3a\x3c-\x7e]*$/.test(path)) {
    fail("cookie.path", `must start with "/" and be ASCII without ";", but is ${JSON.stringify(path)}`);
  }
  if (path.length > MAX_ATTRIBUTE_BYTES) fail("cookie.path", `is longer than ${MAX_ATTRIBUTE_BYTES} bytes`);
}

function checkDomain(domain: string | undefined): void {
  if (domain === undefined) return;
  // RFC 6265bis section 4.1.1: domain-value = <subdomain>; no leading dot, no port, IDNs in A-label form
  const label = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
  if (typeof domain !== "string" || !new RegExp(`^${label}(?:\\.${label})*$`).test(domain)) {
    const cure = 'Write it like "example.com": no scheme, port or leading dot, international names in Punycode';
    fail("cookie.domain", `must be a host name, but is ${JSON.stringify(domain)}. ${cure}`);
  }
  if (domain.length > MAX_ATTRIBUTE_BYTES) fail("cookie.domain", `is longer than ${MAX_ATTRIBUTE_BYTES} bytes`);
}

function checkSameSite({ sameSite, secure }: Cookie): void {
  if (!["strict", "lax", "none"].includes(sameSite)) {
    fail("cookie.sameSite", `must be "strict", "lax" or "none", but is ${JSON.stringify(sameSite)}`);
  }
  // RFC 6265bis section 5.7: SameSite=None without Secure is ignored
  if (sameSite === "none" && !secure) fail("cookie.sameSite", '"none" needs cookie.secure: true');
}

function checkPartitioned({ partitioned, secure }: Cookie): void {
  if (partitioned && !secure) fail("cookie.partitioned", "needs cookie.secure: true");
}

function checkPrefix({ name, path, domain, secure }: Cookie): void {
  // RFC 6265bis section 5.7 and layered-cookies: prefixes are compared without case
  const prefix = /^__(?:host-http|host|secure|http)-/i.exec(name)?.[0];
  if (prefix === undefined) return;
  const rule = `a name that starts with ${prefix} needs`;
  const plain = name.slice(prefix.length) || "session";
  if (!secure) fail("cookie.name", `${rule} cookie.secure: true. For plain http use name: "${plain}"`);
  if (!prefix.toLowerCase().startsWith("__host-")) return;
  if (path !== "/") fail("cookie.name", `${rule} cookie.path: "/". For another path use name: "__Secure-${plain}"`);
  if (domain !== undefined) {
    fail("cookie.name", `${rule} that there is no cookie.domain. With a domain use name: "__Secure-${plain}"`);
  }
}

function fail(option: string, rule: string): never {
  throw new SessionError("ERR_INVALID_OPTION", `${option}: ${rule}.`);
}
