/**
 * The values of a cookie in a Cookie header (RFC 6265bis section 5.8.3), in order, at most `limit`.
 *
 * Names are compared byte by byte, and only space and tab are white space before them: a Unicode trim would let
 * a differently named cookie pass for a `__Host-` one.
 */
export function cookieValues(header: string, name: string, limit: number): string[] {
  const start = `${name}=`;
  const values: string[] = [];
  for (const pair of header.split(";")) {
    let from = 0;
    while (pair[from] === " " || pair[from] === "\t") from++;
    if (pair.startsWith(start, from)) values.push(pair.slice(from + start.length).trim());
    if (values.length === limit) break;
  }
  return values;
}
