import type { SessionRecord } from "@websession/core";

/** Stands for what is no record. The library refuses it, and neither takes it for missing nor keeps it for ever. */
export const notARecord: SessionRecord = {
  version: Number.NaN,
  data: "",
  createdAt: Number.NaN,
  usedAt: Number.NaN,
  expiresAt: Number.NaN,
};

/** A record as a store gave it back. */
export function toRecord(found: unknown): SessionRecord {
  return isRecord(found) ? found : notARecord;
}

/** A record that a store keeps as JSON. */
export function parseRecord(text: string): SessionRecord {
  try {
    return toRecord(JSON.parse(text));
  } catch {
    return notARecord;
  }
}

export function isRecord(value: unknown): value is SessionRecord {
  return typeof value === "object" && value !== null && "data" in value && "expiresAt" in value;
}

/** False once it has expired. What is no record counts as living: the library refuses it. `now` in milliseconds. */
export function isLive({ expiresAt }: SessionRecord, now: number = Date.now()): boolean {
  return !(expiresAt * 1000 <= now);
}
