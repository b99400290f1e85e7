import { cookieValues } from "./cookie-header.ts";
import type { ReceivedTokens } from "./transport.ts";

/** Splits a token over several cookies: see `chunk`. */
export interface Chunking {
  /** The names of the cookies after the first. */
  names(name: string): string[];
  /** The longest token, if one cookie has room for `room` characters. */
  capacity(room: number): number;
  /** The token as `name=value` pairs. */
  split(token: string, name: string, room: number): string[];
  /** The tokens of a Cookie header; `values` are those of the cookies called `name`. */
  join(values: readonly string[], cookies: string, name: string): ReceivedTokens;
}

/** The most cookies that one token may use. */
const MAX_CHUNKS = 5;

/** Characters that each cookie of a split token needs in addition: ".1" in its name, or "2~" in its value. */
const MARK = 2;

/** The first cookie of a split token begins with the number of cookies. A token itself has no `~`. */
const counted = /^([2-5])~/;

const names = (name: string): string[] => Array.from({ length: MAX_CHUNKS - 1 }, (_, i) => `${name}.${i + 1}`);
const capacity = (room: number): number => MAX_CHUNKS * (room - MARK);

/**
 * A token as `name=value` pairs: one cookie if it fits, else `name`, `name.1`, ..., each as full as possible.
 *
 * The token's MAC or tag covers all chunks, so chunks of two different tokens never verify together. The first chunk is set
 * last. If the old token was one cookie, a request that the browser sends in between still has the whole old token.
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

/** Joins the chunks. If cookies occur twice, the first split `name` gets the first `name.1`, the second the second. */
function join(values: readonly string[], cookies: string, name: string): ReceivedTokens {
  const furtherOf = (value: string) => Number(counted.exec(value)?.[1] ?? 1) - 1;
  const most = Math.max(0, ...values.map(furtherOf));
  // One pass over the header for each name, even if `name` occurs many times.
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
 * Splits a token that is too large for one cookie over at most five, in `createSessions({ overflow: chunk })`.
 *
 * The session then uses the names `name.1` to `name.4`: give no other cookie such a name.
 */
export const chunk: Chunking = { names, capacity, split, join };
