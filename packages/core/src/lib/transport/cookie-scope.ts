import type { RequestLike } from "../request.ts";

/** Where a cookie is sent. Cookies of one name in two scopes are two cookies (RFC 6265bis section 5.7). */
export interface CookieScope {
  readonly name: string;
  /** Undefined: to this host only. */
  readonly domain?: string | undefined;
  readonly path: string;
  readonly partitioned: boolean;
}

/** Tells whether two Set-Cookie lines are about the same cookie. */
export function cookieKey(line: string): string {
  const [pair = "", ...attributes] = line.split(";");
  const attribute = (name: string) =>
    attributes
      .findLast((each) => each.trim().toLowerCase().startsWith(name))
      ?.split("=")[1]
      ?.trim() ?? "";
  const partitioned = attributes.some((each) => each.trim().toLowerCase() === "partitioned");
  const domain = attribute("domain=").replace(/^\./, "").toLowerCase();
  return [pair.split("=")[0]?.trim(), domain, attribute("path=") || "/", partitioned].join(";");
}

/** Without limits, the lines that clear a deep URL would fill the headers of a response. */
const MAX_PATHS = 4;
const MAX_DOMAINS = 3;

/**
 * The scopes that a further cookie of this name can have: one that reached this request although the cookie's scope of today
 * is another.
 */
export function possibleScopes(
  { url }: RequestLike,
  { name, path: ownPath }: CookieScope,
  secure: boolean,
): CookieScope[] {
  const partitions = secure ? [{ name, path: ownPath, partitioned: true }] : [];
  // RFC 6265bis section 5.7: such a cookie has neither a domain nor another path.
  if (url === undefined || /^__host-/i.test(name)) return partitions;
  const [, host = "", pathname = "/"] = /^\w+:\/\/([^/:?#]+)[^/?#]*([^?#]*)/.exec(url) ?? [];
  const paths = [...new Set([ownPath, ...pathsAbove(pathname)])];
  const domains = domainsAbove(host);
  return [
    ...paths.map((path) => ({ name, path, partitioned: false })),
    ...domains.flatMap((domain) =>
      [...new Set([ownPath, "/"])].map((path) => ({ name, domain, path, partitioned: false })),
    ),
    ...partitions,
  ];
}

/** `/`, `/app` and `/app/admin` for `/app/admin/users`. */
function pathsAbove(pathname: string): string[] {
  // What can't stand in an attribute is no path of a cookie; it is what a client sent.
  const names = pathname.split("/").filter((each) => /^[!-:<-~]+$/.test(each));
  return ["/", ...names.map((_, index) => `/${names.slice(0, index + 1).join("/")}`)].slice(0, MAX_PATHS);
}

/** `app.example.com` and `example.com`; none for an address or a single name. */
function domainsAbove(host: string): string[] {
  if (!/^[a-z\d-]+(\.[a-z\d-]+)*\.[a-z-]+$/i.test(host)) return [];
  const labels = host.split(".");
  return labels
    .map((_, index) => labels.slice(index).join("."))
    .slice(0, -1)
    .slice(-MAX_DOMAINS);
}
