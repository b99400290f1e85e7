import type { Span } from "./lifetime.ts";
import { parse, stringify } from "./rich-json.ts";

/** A message for the next page. */
export interface Flash {
  readonly category: string;
  readonly message: string;
}

/** A session as plain data. Times are in seconds since the epoch. */
export interface SessionRecord extends Span {
  readonly id: string;
  readonly owner: string | undefined;
  readonly persistent: boolean;
  readonly flashes: readonly Flash[];
  readonly data: Readonly<Record<string, unknown>>;
}

/** 128 bits or more; also safe as a file name or a database key. */
const idShape = /^[\w-]{22,64}$/;

/** The record as JSON claims (RFC 7519 section 4), without what is empty. */
export function encodeClaims(record: SessionRecord): string {
  const claims = JSON.stringify({
    sid: record.id,
    iat: record.issuedAt,
    exp: record.expiresAt,
    start: record.createdAt === record.issuedAt ? undefined : record.createdAt,
    sub: record.owner,
    p: record.persistent || undefined,
    f: record.flashes.length > 0 ? record.flashes.map(({ category, message }) => [category, message]) : undefined,
  });
  const data = stringify(record.data);
  return data === "{}" ? claims : `${claims.slice(0, -1)},"d":${data}}`;
}

/** Undefined where the text is not the claims of a session. */
export function decodeClaims(text: string): SessionRecord | undefined {
  try {
    return readClaims(parse(text));
  } catch {
    return undefined;
  }
}

function readClaims(claims: unknown): SessionRecord | undefined {
  if (!isPlainObject(claims)) return undefined;
  const { sid, iat, exp, start = iat, sub, p = false, f = [], d = {} } = claims;
  if (typeof sid !== "string" || !idShape.test(sid)) return undefined;
  if (!isTime(iat) || !isTime(exp) || !isTime(start)) return undefined;
  if (sub !== undefined && typeof sub !== "string") return undefined;
  if (typeof p !== "boolean" || !Array.isArray(f) || !f.every(isFlashPair) || !isPlainObject(d)) return undefined;
  const flashes = f.map(([category, message]) => ({ category, message }));
  return { id: sid, createdAt: start, issuedAt: iat, expiresAt: exp, owner: sub, persistent: p, flashes, data: d };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === "[object Object]";
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isFlashPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === "string");
}
