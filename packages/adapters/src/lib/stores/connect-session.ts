import type { OwnedRecord, SessionRecord } from "@websession/core";
import { isRecord } from "./plain-record.ts";

/** What a store for express-session gets to keep: the shape of a session there, with our record in it. */
export interface ConnectSession {
  cookie: ConnectCookie;
}

/** What such a store reads of a session: when it ends. */
export interface ConnectCookie {
  /** Milliseconds until the session ends, as of this write. */
  originalMaxAge: number | null;
  /** The same. */
  maxAge?: number | undefined;
  expires?: Date | null | undefined;
}

/** `all` of some stores gives sessions without their ids. */
interface Kept extends SessionRecord {
  readonly id: string;
}

/** The object is new and may be changed: some stores keep notes of their own in it. */
export function toConnectSession(
  id: string,
  { owner, ...record }: SessionRecord,
): ConnectSession & { websession: Kept } {
  const expires = new Date(record.expiresAt * 1000);
  // To memorystore 0 means for ever.
  const maxAge = Math.max(1, expires.getTime() - Date.now());
  // MongoDB makes null of undefined.
  const owned = owner === undefined ? {} : { owner };
  return { cookie: { originalMaxAge: maxAge, maxAge, expires }, websession: { id, ...record, ...owned } };
}

/** A copy of the record in what a store gave back. Undefined if that is a session of another application. */
export function ownedRecordIn(session: unknown): OwnedRecord | undefined {
  const { websession } = Object(session) as { websession?: unknown };
  if (!isKept(websession)) return undefined;
  const { id, version, data, owner, createdAt, usedAt, expiresAt } = websession;
  return { id, record: { version, data, owner, createdAt, usedAt, expiresAt } };
}

function isKept(value: unknown): value is Kept {
  return isRecord(value) && "id" in value && typeof value.id === "string";
}
