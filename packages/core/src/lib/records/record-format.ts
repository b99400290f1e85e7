import { CLOCK_SKEW, expiryOf } from "../lifetime.ts";
import type { Former, Generations, StoredSession } from "../session/loaded.ts";
import type { Settings } from "../settings.ts";
import type { SessionRecord } from "../store.ts";
import { type Claims, encodeClaims, readClaims } from "../token/claims.ts";
import { parse, stringify } from "../token/rich-json.ts";
import { freshFormers } from "./generation.ts";

/** A session to write. */
export interface SessionDraft {
  readonly claims: Claims;
  readonly formers: readonly Former[];
  /** When the record expires. Default: by the session's timeouts. */
  readonly expiresAt?: number;
}

/** The members of a record's text that are read here. */
interface EncodedRecord {
  readonly iat?: unknown;
  readonly start?: unknown;
  readonly formers?: unknown;
}

/** An earlier generation, as the record's text has it. */
type EncodedFormer = readonly [generation: number, at: number, by: string, data?: Former["data"]];

/** Makes the record of a session that is written now. */
export function encodeRecord(draft: SessionDraft, version: number, settings: Settings): SessionRecord {
  const { claims, formers } = draft;
  const usedAt = settings.now();
  const expiresAt = draft.expiresAt ?? expiryOf(claims, usedAt, settings.lifetime);
  const { sub: owner, start: createdAt } = claims;
  const text = encodeClaims({ ...claims, iat: usedAt, exp: expiresAt });
  return { version, data: withFormers(text, freshFormers(formers, usedAt)), owner, createdAt, usedAt, expiresAt };
}

/** Adds earlier generations to the text. Their data may hold a Date, a Map and other values that JSON does not have. */
function withFormers(text: string, formers: readonly Former[]): string {
  return formers.length === 0 ? text : `{"formers":${stringify(encodeFormers(formers))},${text.slice(1)}`;
}

/** The session decoded again from its record: a handler may have changed the values that it got. */
export function pristine(stored: StoredSession): StoredSession {
  return stored.record ? decodeRecord(stored.key, stored.record, stored.asOf) : stored;
}

export function encodeFormers(formers: readonly Former[]): EncodedFormer[] {
  return formers.map(({ generation, at, by, data }) => (data ? [generation, at, by, data] : [generation, at, by]));
}

/** The data of a record whose session has ended. */
const ENDED = "{}";

/** The record of a session that has ended: its expiry is in the past for every server and store. */
export function endedRecord({ claims }: SessionDraft, version: number, { now }: Settings): SessionRecord {
  const usedAt = now();
  return { version, data: ENDED, createdAt: claims.start, usedAt, expiresAt: usedAt - CLOCK_SKEW };
}

/** True if a session has ended here, or if the first version of this library left a note under a former id. */
export function isTombstone({ data }: SessionRecord): boolean {
  return data === ENDED || data.startsWith('"retired');
}

/** Throws if the record does not hold a session. */
export function decodeRecord(key: string, record: SessionRecord, asOf: number): StoredSession {
  const { usedAt: iat, expiresAt: exp, version } = record;
  const parsed = parse(record.data) as EncodedRecord;
  // A touch changes the record's times, but not the times in its text.
  const claims = readClaims(Object.assign(parsed, { start: parsed.start ?? parsed.iat, iat, exp }));
  // A client of the store that mixes up its answers must not show anybody else's session.
  if (key !== claims.sid && key !== claims.recordKey) throw new TypeError("the record is that of another id");
  return { key, claims, version, asOf, generation: claims.generation, formers: decodeFormers(parsed.formers), record };
}

export function decodeFormers(encoded: unknown = []): Generations["formers"] {
  return (encoded as EncodedFormer[]).map(([generation, at, by, data]) => ({ generation, at, by, data }));
}
