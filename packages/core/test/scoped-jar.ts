/** RFC 6265bis section 5.6: a cookie whose name and value have more bytes is dropped, and so is a longer attribute. */
const MAX_COOKIE_BYTES = 4096;
const MAX_ATTRIBUTE_BYTES = 1024;

/** Domains under which anybody can have a host: enough of them for tests. */
const publicSuffixes = new Set(["com", "uk", "co.uk"]);

/** A cookie as a browser keeps it. */
export interface BrowserCookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly hostOnly: boolean;
  readonly path: string;
  readonly secure: boolean;
  readonly partitioned: boolean;
  /** Seconds since the epoch. Infinity: until the browser ends. */
  readonly expires: number;
}

/**
 * A browser's cookies of one site, visited at the top level: host-only and Domain, Path, Secure, Partitioned, expiry, and the
 * prefixes of names (RFC 6265bis sections 5.6 to 5.8).
 */
export class ScopedJar {
  readonly #now: () => number;
  #cookies: readonly BrowserCookie[] = [];

  /** `now` is in seconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Applies the Set-Cookie lines of a response to a request of `url`. */
  take(from: Response | readonly string[], url: string): this {
    for (const line of from instanceof Response ? from.headers.getSetCookie() : from) this.#apply(line, url);
    return this;
  }

  /** What a request of `url` sends: longer paths first, and of those alike the cookie that was there first (section 5.8.3). */
  header(url: string): string | undefined {
    const sent = this.#alive().filter((cookie) => isSentTo(cookie, url));
    const pairs = sent
      .sort((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => (name === "" ? value : `${name}=${value}`));
    return pairs.length === 0 ? undefined : pairs.join("; ");
  }

  /** All that is in it, in the order in which it came. */
  get cookies(): readonly BrowserCookie[] {
    return this.#alive();
  }

  #apply(line: string, url: string): void {
    const cookie = parseSetCookie(line, url, this.#now());
    if (cookie === undefined) return;
    const at = this.#cookies.findIndex((each) => scopeOf(each) === scopeOf(cookie));
    // The new one takes the place of the old one, and with it the time of its creation.
    this.#cookies = at === -1 ? [...this.#cookies, cookie] : this.#cookies.with(at, cookie);
    this.#cookies = this.#alive();
  }

  #alive(): BrowserCookie[] {
    return this.#cookies.filter(({ expires }) => expires > this.#now());
  }
}

/** What two cookies have in common if one replaces the other. */
export function scopeOf({ name, domain, hostOnly, path, partitioned }: BrowserCookie): string {
  return JSON.stringify([name, domain, hostOnly, path, partitioned]);
}

/** A Set-Cookie line as a browser takes it; undefined where a browser ignores it. `now` is in seconds. */
export function parseSetCookie(line: string, url: string, now: number): BrowserCookie | undefined {
  const { protocol, hostname, pathname } = new URL(url);
  const [pair = "", ...rest] = line.split(";");
  const [name, value] = pair.includes("=") ? halves(pair) : ["", trim(pair)];
  const size = new TextEncoder().encode(name + value).length;
  if (size === 0 || size > MAX_COOKIE_BYTES) return undefined;

  const given = new Map<string, string>();
  for (const [attribute, text] of rest.map(halves)) {
    if (text.length <= MAX_ATTRIBUTE_BYTES) given.set(attribute.toLowerCase(), text);
  }
  const secure = given.has("secure");
  const partitioned = given.has("partitioned");
  const asked = given.get("domain")?.replace(/^\./, "").toLowerCase() || undefined;
  const hostOnly = asked === undefined || (publicSuffixes.has(asked) && asked === hostname);
  const askedPath = given.get("path") ?? "";
  const path = askedPath.startsWith("/") ? askedPath : defaultPath(pathname);

  if (secure && !isSecure(protocol, hostname)) return undefined;
  if (partitioned && !secure) return undefined;
  if (!hostOnly && (publicSuffixes.has(asked) || !domainMatches(hostname, asked))) return undefined;
  if (/^__(host|secure|http)-/i.test(name) && !secure) return undefined;
  if (/^__host-/i.test(name) && !(asked === undefined && askedPath === "/")) return undefined;
  if (/^__(host-)?http-/i.test(name) && !given.has("httponly")) return undefined;
  const expires = expiryOf(given, now);
  return { name, value, domain: hostOnly ? hostname : asked, hostOnly, path, secure, partitioned, expires };
}

/** Both sides of the first `=`. Only space and tab are white space here. */
function halves(text: string): [string, string] {
  const at = text.indexOf("=");
  return at === -1 ? [trim(text), ""] : [trim(text.slice(0, at)), trim(text.slice(at + 1))];
}

function trim(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, "");
}

/** Max-Age before Expires (RFC 6265bis section 5.7). */
function expiryOf(given: ReadonlyMap<string, string>, now: number): number {
  const maxAge = given.get("max-age") ?? "";
  if (/^-?\d+$/.test(maxAge)) return Number(maxAge) <= 0 ? 0 : now + Number(maxAge);
  const date = Date.parse(given.get("expires") ?? "");
  return Number.isNaN(date) ? Number.POSITIVE_INFINITY : date / 1000;
}

/** RFC 6265bis section 5.1.4. */
function defaultPath(pathname: string): string {
  return pathname.slice(0, pathname.lastIndexOf("/")) || "/";
}

function isSentTo({ domain, hostOnly, path, secure }: BrowserCookie, url: string): boolean {
  const { protocol, hostname, pathname } = new URL(url);
  const isHost = hostOnly ? hostname === domain : domainMatches(hostname, domain);
  const isPath = pathname === path || pathname.startsWith(path.endsWith("/") ? path : `${path}/`);
  return isHost && isPath && (!secure || isSecure(protocol, hostname));
}

function domainMatches(hostname: string, domain: string): boolean {
  return hostname === domain || hostname.endsWith(`.${domain}`);
}

/** Chromium takes localhost for secure. */
function isSecure(protocol: string, hostname: string): boolean {
  return protocol === "https:" || hostname === "localhost";
}
