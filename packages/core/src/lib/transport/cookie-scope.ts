import type { RequestLike } from "../request.ts";

/** Where a cookie is sent. Cookies of one name in two scopes are two cookies (RFC 6265bis section 5.7). */
export interface CookieScope {
  readonly name: string;
  /** Undefined: to this host only. */
  readonly domain?: string | undefined;
  readonly path: string;
  readonly partitioned: boolean;
}

/**
 * Two Set-Cookie lines with the same key are about the same cookie. Without a path a browser takes that of the request (RFC
 * 6265bis section 5.1.4), so such a line is taken for no other.
 */
export function cookieKey(line: string): string {
  const [[name, value] = [], ...attributes] = line
    .split(";")
    .map((each) => each.split(/=(.*)/).map((part) => part.trim()));
  const find = (wanted: string) => attributes.findLast(([each]) => each?.toLowerCase() === wanted);
  const domain = find("domain")?.[1]?.replace(/^\./, "").toLowerCase();
  // RFC 6265bis section 5.6: what has no `=` is the value of a cookie without a name.
  return [value !== undefined && name, domain, find("path")?.[1], !!find("partitioned")].join(";");
}

/** Limits on what a client can make us build and send: it picks the URL. */
const MAX_PATHS = 4;
const MAX_DOMAINS = 4;

/** The scopes that a further cookie of this name can have, one that reached this request: the likely ones first. */
export function possibleScopes({ url = "" }: RequestLike, own: CookieScope, secure: boolean): CookieScope[] {
  const twins = secure ? [{ ...own, partitioned: !own.partitioned }] : [];
  // RFC 6265bis section 5.7: such a cookie has neither a domain nor another path.
  if (/^__host-/i.test(own.name)) return twins;
  const [, host = "", pathname = "/"] = /^\w+:\/\/([^/:?#]+)[^/?#]*([^?#]*)/.exec(url) ?? [];
  const domains = [undefined, ...domainsAbove(host)];
  const paths = [own.path, ...pathsAbove(pathname)];
  return [...twins, ...paths.flatMap((path) => domains.map((domain) => ({ ...own, domain, path })))];
}

/** `/`, `/app` and `/app/admin` for `/app/admin/users`. */
function pathsAbove(pathname: string): string[] {
  // What can't stand in an attribute is no path of a cookie; it is what a client sent.
  const names = pathname.split("/", MAX_PATHS).filter((each) => /^[!-:<-~]*$/.test(each));
  return names.map((_, index) => names.slice(0, index + 1).join("/") || "/");
}

/** `app.example.com` and `example.com`; none for an address or a single name. */
function domainsAbove(host: string): string[] {
  if (!/^[a-z\d-]+(\.[a-z\d-]+)*\.[a-z-]+$/i.test(host)) return [];
  const labels = host.split(".").slice(-MAX_DOMAINS - 1);
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join("."));
}
