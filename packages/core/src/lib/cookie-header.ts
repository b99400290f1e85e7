/**
 * The values of a cookie in a Cookie header (RFC 6265bis section 5.8.3), in order, at most `limit`.
 *
 * Names are compared byte by byte, and only space and tab are white space: a Unicode trim would let
 * a differently named cookie pass for a `__Host-` one.
 */
export function cookieValues(header: string, name: string, limit: number): string[] {
  const values: string[] = [];
  const start = `${name}=`;
  let from = 0;
  while (from < header.length && values.length < limit) {
    const semicolon = header.indexOf(";", from);
    const to = semicolon === -1 ? header.length : semicolon;
    while (isBlank(header, from)) from++;
    if (header.startsWith(start, from)) values.push(trimEnd(header, from + start.length, to));
    from = to + 1;
  }
  return values;
}

function trimEnd(text: string, from: number, to: number): string {
  while (to > from && isBlank(text, to - 1)) to--;
  return text.slice(from, to);
}

function isBlank(text: string, index: number): boolean {
  return text[index] === " " || text[index] === "\t";
}
