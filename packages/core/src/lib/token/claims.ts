import { expiryOf } from "../lifetime.ts";
import type { Settings } from "../settings.ts";
import { bytesToBase64url } from "./base64url.ts";
import { parse, stringify } from "./rich-json.ts";

/** A flash message in the claims: category and text. */
export type FlashClaim = readonly [category: string, message: string];

/** A session as JSON claims (RFC 7519 section 4). Times are seconds since the epoch. */
export interface Claims {
  /** The session's id. A new session gets one when the id is first needed. */
  sid?: string | undefined;
  /** When this token was issued. */
  readonly iat: number;
  /** When it expires. */
  readonly exp: number;
  /** When the session started. */
  readonly start: number;
  /** How often `login` or `regenerate` gave the session a new token. A store recognises earlier tokens by it. */
  readonly generation: number;
  /** The owner's id, as given to `login`. */
  readonly sub?: string | undefined;
  /** True if the browser keeps the cookie when it closes. */
  readonly persistent: boolean;
  readonly flashes: readonly FlashClaim[];
  readonly data: Readonly<Record<string, unknown>>;
  /** With `revocations`: what `since` in the owner's note was at sign-in, in milliseconds. */
  readonly validSince?: number | undefined;
  /** The key of the session's record if it is not the id: with `overflow: "store"`, and in a place (session-limit.ts). */
  readonly recordKey?: string | undefined;
  /** In a copy of a record (`cacheFor`): the record's version, and when it was read. */
  readonly version?: number | undefined;
  readonly copiedAt?: number | undefined;
  /** The token does not carry the data: it refers to a record in a store. */
  readonly isReference?: boolean;
}

/** The claims of a session that starts now. */
export function newClaims({ now, lifetime, persistent }: Settings): Claims {
  const iat = now();
  const exp = expiryOf({ start: iat, persistent }, iat, lifetime);
  return { iat, exp, start: iat, generation: 0, persistent, flashes: [], data: {} };
}

/** 128 random bits as base64url. A UUID has only 122 (ASVS 11.5.1). */
export function randomId(): string {
  return bytesToBase64url(crypto.getRandomValues(new Uint8Array(16)));
}

/** True if the session has no owner, no flashes and no data: it needs no cookie. */
export function isEmptyClaims({ sub, flashes, data }: Claims): boolean {
  return sub === undefined && flashes.length === 0 && Object.keys(data).length === 0;
}

/** The claims as JSON, with short names and without empty members. Throws `ERR_NOT_SERIALIZABLE`. */
export function encodeClaims(claims: Claims): string {
  const { sid, iat, exp, start, generation, sub, persistent, flashes, validSince, recordKey } = claims;
  const { isReference, version, copiedAt } = claims;
  // Written member by member: JSON.stringify takes twice as long if most members of an object are undefined.
  let text = `{"sid":"${sid}","iat":${iat},"exp":${exp}`;
  if (start !== iat) text += `,"start":${start}`;
  if (generation > 0) text += `,"g":${generation}`;
  if (sub !== undefined) text += `,"sub":${JSON.stringify(sub)}`;
  if (persistent) text += `,"p":true`;
  if (flashes.length > 0) text += `,"f":${JSON.stringify(flashes)}`;
  if (validSince) text += `,"since":${validSince}`;
  if (recordKey !== undefined) text += `,"k":"${recordKey}"`;
  if (isReference) text += `,"r":1`;
  if (version !== undefined) text += `,"v":${version}`;
  if (copiedAt !== undefined) text += `,"t":${copiedAt}`;
  const data = stringify(claims.data);
  return data === "{}" ? `${text}}` : `${text},"d":${data}}`;
}

/** Reads the claims from the text of a token. Throws if the text does not hold the claims of a session. */
export function decodeClaims(text: string): Claims {
  const claims = readClaims(parse(text));
  // Format 1 does not mark references: there, a token without owner, flashes and data refers to a record.
  if (claims.isReference || !isEmptyClaims(claims)) return claims;
  return { ...claims, isReference: true };
}

type Encoded = Readonly<Record<string, unknown>>;

/** Reads the claims from a result of `parse`. Throws if it does not hold the claims of a session. */
export function readClaims(parsed: unknown): Claims {
  const { sid, iat, exp, start = iat, g = 0, sub, p, f = none, d = {}, since = 0, k, r, v, t } = parsed as Encoded;
  const ids = isId(sid) && (k === undefined || isId(k));
  const times = isInteger(iat) && isInteger(exp) && isInteger(start) && isInteger(since);
  const numbers = isInteger(g) && (v === undefined || isInteger(v)) && (t === undefined || isInteger(t));
  const owner = sub === undefined || typeof sub === "string";
  const data = typeof d === "object" && d !== null && !Array.isArray(d);
  if (!ids || !times || !numbers || !owner || !data || !isFlashList(f))
    throw new TypeError("not the claims of a session");
  return {
    sid,
    iat,
    exp,
    start,
    generation: g,
    sub: sub as string | undefined,
    persistent: p === true,
    flashes: f,
    data: d as Claims["data"],
    validSince: since,
    recordKey: k as string | undefined,
    version: v as number | undefined,
    copiedAt: t as number | undefined,
    // In format 1 a token with a version refers to a record.
    isReference: r === 1 || v !== undefined,
  };
}

const none: readonly FlashClaim[] = [];

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** At least 128 bits, in characters that are safe in a file name and in a database key. */
export function isId(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{22,64}$/.test(value);
}

function isFlashList(value: unknown): value is readonly FlashClaim[] {
  if (value === none) return true;
  return Array.isArray(value) && value.every((flash) => Array.isArray(flash) && flash.every(isText));
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
