import type { RequestLike } from "../request.ts";

/** Where a cookie is sent. Cookies of one name in two scopes are two cookies (RFC 6265bis section 5.7). */
export interface CookieScope {
  readonly name: string;
  /** Undefined: the browser sends it to this host only. */
  readonly domain?: string | undefined;
  readonly path: string;
  readonly partitioned: boolean;
}

/**
 * Two Set-Cookie lines with the same key set the same cookie. For a line without a path a browser uses the path of the request
 * (RFC 6265bis section 5.1.4), so its key differs from that of every line with a path.
 */
export function cookieKey(line: string): string {
  const [[name, value] = [], ...attributes] = line
    .split(";")
    .map((each) => each.split(/=(.*)/).map((part) => part.trim()));
  const find = (wanted: string) => attributes.findLast(([each]) => each?.toLowerCase() === wanted);
  const domain = find("domain")?.[1]?.replace(/^\./, "").toLowerCase();
  // RFC 6265bis section 5.6: text without `=` is the value of a cookie without a name.
  return [value !== undefined && name, domain, find("path")?.[1], !!find("partitioned")].join(";");
}

/** The client chooses the URL. These limits bound the number of lines that a URL can make us build. */
const MAX_PATHS = 4;
const MAX_DOMAINS = 4;

/** The scopes from which a cookie of this name can have reached this request, likely ones first. */
export function possibleScopes({ url = "" }: RequestLike, own: CookieScope, secure: boolean): CookieScope[] {
  const twins = secure ? [{ ...own, partitioned: !own.partitioned }] : [];
  // RFC 6265bis section 5.7: a `__Host-` cookie has no domain, and its path is `/`.
  if (/^__host-/i.test(own.name)) return twins;
  const [, host = "", pathname = "/"] = /^\w+:\/\/([^/:?#]+)[^/?#]*([^?#]*)/.exec(url) ?? [];
  const domains = [undefined, ...domainsAbove(host)];
  const paths = [own.path, ...pathsAbove(pathname)];
  return [...twins, ...paths.flatMap((path) => domains.map((domain) => ({ ...own, domain, path })))];
}

/** `/`, `/app` and `/app/admin` for `/app/admin/users`. */
function pathsAbove(pathname: string): string[] {
  // The pathname comes from the client. A segment that can't be part of a Path attribute must not get into a line.
  const names = pathname.split("/", MAX_PATHS).filter((each) => /^[!-:<-~]*$/.test(each));
  return names.map((_, index) => names.slice(0, index + 1).join("/") || "/");
}

/** `app.example.com` and `example.com`. None for an IP address, or a host without a dot. */
function domainsAbove(host: string): string[] {
  if (!/^[a-z\d-]+(\.[a-z\d-]+)*\.[a-z-]+$/i.test(host)) return [];
  const labels = host.split(".").slice(-MAX_DOMAINS - 1);
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join("."));
}
