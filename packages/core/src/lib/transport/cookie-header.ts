/**
 * The values of a cookie in a Cookie header (RFC 6265bis section 5.8.3), in order, at most `limit`.
 *
 * Names are compared byte by byte, and only space and tab are white space before them: a Unicode trim would let
 * a differently named cookie pass for a `__Host-` one.
 */
export function cookieValues(header: string, name: string, limit: number): string[] {
  const start = `${name}=`;
  const values: string[] = [];
  let at = header.indexOf(start);
  while (at !== -1 && values.length < limit) {
    const from = at + start.length;
    const end = header.indexOf(";", from);
    if (isPairAt(header, at)) values.push(unquoted(header.slice(from, end === -1 ? undefined : end).trim()));
    at = header.indexOf(start, from);
  }
  return values;
}

/** RFC 6265bis section 4.1.1: cookie-value = DQUOTE *cookie-octet DQUOTE. Some clients add the quotes themselves. */
function unquoted(value: string): string {
  return value.length > 1 && value[0] === '"' && value.endsWith('"') ? value.slice(1, -1) : value;
}

/** False in the middle of another name, or within a value. */
function isPairAt(header: string, at: number): boolean {
  let before = at - 1;
  while (header[before] === " " || header[before] === "\t") before--;
  return before < 0 || header[before] === ";";
}
