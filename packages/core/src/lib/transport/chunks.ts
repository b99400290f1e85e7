import { cookieValues } from "./cookie-header.ts";
import type { ReceivedTokens } from "./transport.ts";

/** How a token is spread over several cookies. */
export interface Chunking {
  /** The names of the further cookies. */
  names(name: string): string[];
  /** Characters of the longest token, where a cookie of this name has room for so many. */
  capacity(room: number): number;
  split(token: string, name: string, room: number): string[];
  join(values: readonly string[], cookies: string, name: string): ReceivedTokens;
}

/** Cookies that one token may fill: what is read and what is written. */
const MAX_CHUNKS = 5;

/** What the name or the value of each has more than one alone: ".1", or the number "2~". */
const MARK = 2;

/** Of a token in several cookies, the first begins with their number. A token has no `~`. */
const counted = /^([2-5])~/;

const names = (name: string): string[] => Array.from({ length: MAX_CHUNKS - 1 }, (_, i) => `${name}.${i + 1}`);
const capacity = (room: number): number => MAX_CHUNKS * (room - MARK);

/**
 * A token as `name=value` pairs: one cookie where it fits, else `name`, `name.1`, ... as full as can be.
 *
 * The token's own MAC, or its tag, is over the whole: chunks of two generations don't make a token. The first comes last:
 * a request that leaves in between finds the old token where that was one cookie, and not one that is half there.
 */
function split(token: string, name: string, room: number): string[] {
  if (token.length <= room) return [`${name}=${token}`];
  const size = room - MARK;
  const count = Math.ceil(token.length / size);
  const chunks = Array.from({ length: count }, (_, i) => {
    const part = token.slice(i * size, (i + 1) * size);
    return i === 0 ? `${name}=${count}~${part}` : `${name}.${i}=${part}`;
  });
  return chunks.reverse();
}

/** The tokens whole again. Of doubled cookies, the first `name` that has one goes with the first `name.1`, and so on. */
function join(values: readonly string[], cookies: string, name: string): ReceivedTokens {
  const furtherOf = (value: string) => Number(counted.exec(value)?.[1] ?? 1) - 1;
  const most = Math.max(0, ...values.map(furtherOf));
  // One pass over the header for each name, however many cookies ask for it.
  const found = names(name)
    .slice(0, most)
    .map((each) => cookieValues(cookies, each, values.length));
  const joined = values.map((value) => {
    const further = found.slice(0, furtherOf(value)).map((parts) => parts.shift());
    return further.includes(undefined) ? undefined : value.replace(counted, "") + further.join("");
  });
  const tokens = joined.filter((token) => token !== undefined);
  return { tokens, incomplete: tokens.length < joined.length };
}

/**
 * For `createSessions({ overflow: chunk })`: a token that is too large for one cookie goes into several, at most five.
 *
 * `name.1` to `name.4` are the session's then: let no other cookie of yours have such a name.
 */
export const chunk: Chunking = { names, capacity, split, join };
