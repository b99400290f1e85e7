import { assertOption } from "../errors.ts";
import { cookieValues } from "./cookie-header.ts";
import type { ReceivedTokens } from "./transport.ts";

/** Splits a token over several cookies: see `chunk`. */
export interface Chunking {
  /** The names of the cookies after the first. */
  names(name: string): string[];
  /** The longest token to issue, if one cookie has room for `room` characters. */
  capacity(room: number): number;
  /** The longest token to accept: one that was issued under other options still opens its session. */
  longest(room: number): number;
  /** The token as `name=value` pairs. */
  split(token: string, name: string, room: number): string[];
  /** The tokens of a Cookie header; `values` are those of the cookies called `name`. */
  join(values: readonly string[], cookies: string, name: string): ReceivedTokens;
}

/** The options of `chunk`. */
export interface ChunkOptions {
  /** The most bytes of all cookies of a session, names included: 4097 to 20 480. Default 7168 (7 KB). */
  readonly maxBytes?: number;
}

/** Node takes 16 KB of headers, nginx 8 KB for one of them. A visitor whose cookies have more can't even sign out. */
const DEFAULT_MAX_BYTES = 7168;

/** The most cookies that one token may use. */
const MAX_CHUNKS = 5;

const COOKIE_BYTES = 4096;

/** Characters that each cookie of a split token needs in addition: ".1" in its name, or "2~" in its value. */
const MARK = 2;

/** The first cookie of a split token begins with the number of cookies. A token itself has no `~`. */
const counted = /^([2-5])~/;

const names = (name: string): string[] => Array.from({ length: MAX_CHUNKS - 1 }, (_, i) => `${name}.${i + 1}`);
const longest = (room: number): number => MAX_CHUNKS * (room - MARK);

/** Each cookie takes its name, its mark and its part of the token out of `maxBytes`. One cookie alone needs no mark. */
function capacityWithin(maxBytes: number, room: number): number {
  const cookies = Math.ceil(maxBytes / COOKIE_BYTES);
  return Math.max(room, maxBytes - cookies * (COOKIE_BYTES - room + MARK));
}

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

function chunking({ maxBytes = DEFAULT_MAX_BYTES }: ChunkOptions = {}): Chunking {
  const most = MAX_CHUNKS * COOKIE_BYTES;
  const valid = Number.isSafeInteger(maxBytes) && maxBytes > COOKIE_BYTES && maxBytes <= most;
  assertOption(valid, "chunk: maxBytes", `must be whole bytes, above ${COOKIE_BYTES} and at most ${most}`);
  return { names, capacity: (room) => capacityWithin(maxBytes, room), longest, split, join };
}

/**
 * Splits a token that is too large for one cookie over several, in `createSessions({ overflow: chunk })`.
 *
 * All of them together have at most 7 KB, or what `overflow: chunk({ maxBytes: 14_000 })` says. The session then uses the names
 * `name.1` to `name.4`: give no other cookie such a name.
 */
export const chunk: Chunking & ((options?: ChunkOptions) => Chunking) = /* @__PURE__ */ (() =>
  Object.assign(chunking, chunking()))();
