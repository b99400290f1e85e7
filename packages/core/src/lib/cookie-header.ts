/**
 * The values of a cookie in a Cookie header (RFC 6265bis section 5.8.3), in order, at most `limit`.
 *
 * Names are compared byte by byte, and only space and tab are white space before them: a Unicode trim would let
 * a differently named cookie pass for a `__Host-` one.
 */
export function cookieValues(header: string, name: string, limit: number): string[] {
  const start = `${name}=`;
  const pairs = header.split(";").map((pair) => pair.replace(/^[ \t]+/, ""));
  const ours = pairs.filter((pair) => pair.startsWith(start)).slice(0, limit);
  return ours.map((pair) => pair.slice(start.length).trim());
}
