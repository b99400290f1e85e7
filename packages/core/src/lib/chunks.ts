import { cookieValues } from "./cookie-header.ts";
import type { Carried } from "./transport.ts";

/** How a token is spread over several cookies. */
export interface Chunking {
  /** Cookies that one token may fill: what is read and what is written. */
  readonly limit: number;
  split(token: string, name: string, room: number): string[];
  join(values: readonly string[], cookies: string, name: string): Carried;
  present(cookies: string, name: string, from: number): string[];
}

const MAX_CHUNKS = 5;

/** Of a token in several cookies, the first begins with their number. A token has no `~`. */
const counted = /^([2-5])~/;

/**
 * A token as `name=value` pairs: one cookie where it fits, else `name`, `name.1`, ... in `room` characters each.
 *
 * The token's own MAC, or its tag, is over the whole: chunks of two generations don't make a token.
 */
function split(token: string, name: string, room: number): string[] {
  const count = Math.ceil(token.length / room);
  if (count < 2) return [`${name}=${token}`];
  return Array.from({ length: count }, (_, i) => {
    const part = token.slice(i * room, (i + 1) * room);
    return i === 0 ? `${name}=${count}~${part}` : `${name}.${i}=${part}`;
  });
}

/** The tokens whole again. Of doubled cookies, the first `name` goes with the first `name.1`, and so on. */
function join(values: readonly string[], cookies: string, name: string): Carried {
  const joined = values.map((value, nth) => {
    const [mark = "", count] = counted.exec(value) ?? [];
    const rest = Array.from({ length: count ? Number(count) - 1 : 0 }, (_, i) => {
      return cookieValues(cookies, `${name}.${i + 1}`, nth + 1).at(-1);
    });
    return rest.includes(undefined) ? undefined : value.slice(mark.length) + rest.join("");
  });
  const tokens = joined.filter((token) => token !== undefined);
  return { tokens, incomplete: tokens.length < joined.length };
}

/** The names of further cookies that the client has, from the number `from` on. */
function present(cookies: string, name: string, from: number): string[] {
  const names = Array.from({ length: MAX_CHUNKS }, (_, i) => `${name}.${i}`).slice(from);
  return names.filter((each) => cookieValues(cookies, each, 1).length > 0);
}

/** For `createSessions({ overflow: chunk })`: a token that is too large for one cookie goes into several, at most five. */
export const chunk: Chunking = { limit: MAX_CHUNKS, split, join, present };
