import { expiryOf } from "../lifetime.ts";
import type { Former, Generations, StoredSession } from "../session/loaded.ts";
import type { Settings } from "../settings.ts";
import type { SessionRecord } from "../store.ts";
import { type Claims, encodeClaims, readClaims } from "../token/claims.ts";
import { parse, stringify } from "../token/rich-json.ts";
import { freshFormers } from "./generation.ts";

/** A session that is to be written. */
export interface SessionDraft {
  readonly claims: Claims;
  readonly formers: readonly Former[];
  /** When it ends, where that is sooner than its timeouts say. */
  readonly expiresAt?: number;
}

/** The claims of a record, as far as they are read here. */
interface EncodedRecord {
  readonly iat?: unknown;
  readonly start?: unknown;
  readonly formers?: unknown;
}

/** An earlier generation, as a record has it. */
type EncodedFormer = readonly [generation: number, at: number, by: string, data?: Former["data"]];

/** The record of a session that is written now. */
export function encodeRecord(draft: SessionDraft, version: number, settings: Settings): SessionRecord {
  const { claims, formers } = draft;
  const usedAt = settings.now();
  const expiresAt = draft.expiresAt ?? expiryOf(claims, usedAt, settings.lifetime);
  const { sub: owner, start: createdAt } = claims;
  const text = encodeClaims({ ...claims, iat: usedAt, exp: expiresAt });
  return { version, data: withFormers(text, freshFormers(formers, usedAt)), owner, createdAt, usedAt, expiresAt };
}

/** Their data may hold values beyond JSON, like the session's. */
function withFormers(text: string, formers: readonly Former[]): string {
  return formers.length === 0 ? text : `{"formers":${stringify(encodeFormers(formers))},${text.slice(1)}`;
}

/** The session as its record has it, in values that nobody shares: a handler may have changed those that it was given. */
export function pristine(stored: StoredSession): StoredSession {
  return stored.record ? decodeRecord(stored.key, stored.record, stored.asOf) : stored;
}

export function encodeFormers(formers: readonly Former[]): EncodedFormer[] {
  return formers.map(({ generation, at, by, data }) => (data ? [generation, at, by, data] : [generation, at, by]));
}

/** The data of a record that has ended. */
const ENDED = "{}";

/** Seconds: more than clocks differ by, so that a record that has ended has expired for every server and store. */
const CLOCK_SKEW = 60;

/** The record of a session that has ended: it has expired already. */
export function endedRecord({ claims }: SessionDraft, version: number, { now }: Settings): SessionRecord {
  const usedAt = now();
  return { version, data: ENDED, createdAt: claims.start, usedAt, expiresAt: usedAt - CLOCK_SKEW };
}

/** It holds no session: one has ended here, or the first version of this library has left a note under a former id. */
export function isTombstone({ data }: SessionRecord): boolean {
  return data === ENDED || data.startsWith('"retired');
}

/** Throws where the record is none of a session. */
export function decodeRecord(key: string, record: SessionRecord, asOf: number): StoredSession {
  const { usedAt: iat, expiresAt: exp, version } = record;
  const parsed = parse(record.data) as EncodedRecord;
  // A touch moves the record's times, but not those in its text.
  const claims = readClaims(Object.assign(parsed, { start: parsed.start ?? parsed.iat, iat, exp }));
  return { key, claims, version, asOf, generation: claims.generation, formers: decodeFormers(parsed.formers), record };
}

export function decodeFormers(encoded: unknown = []): Generations["formers"] {
  return (encoded as EncodedFormer[]).map(([generation, at, by, data]) => ({ generation, at, by, data }));
}
