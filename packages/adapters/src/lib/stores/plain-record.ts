import type { SessionRecord } from "@websession/core";

/** A record as a store gave it back. Throws on what is none: taken as missing, it would log the visitor out. */
export function toRecord(found: unknown, key: string): SessionRecord {
  if (isRecord(found)) return found;
  throw new TypeError(`What the store has under ${key} is no session.`);
}

export function isRecord(value: unknown): value is SessionRecord {
  return typeof value === "object" && value !== null && "data" in value && "expiresAt" in value;
}

/** False once it has expired. What is no record counts as living: the library refuses it. `now` in milliseconds. */
export function isLive({ expiresAt }: SessionRecord, now: number = Date.now()): boolean {
  return !(expiresAt * 1000 <= now);
}

export const notARecord: SessionRecord = {
  version: Number.NaN,
  data: "",
  createdAt: Number.NaN,
  usedAt: Number.NaN,
  expiresAt: Number.NaN,
};
