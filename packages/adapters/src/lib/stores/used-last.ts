import type { OwnedRecord } from "@websession/core";

const AT_LEAST = 1000;

/** A store whose index can't sort looks at so many of an owner's records, and at no more. Without a limit, at all. */
export function lookedAt(limit: number | undefined): number | undefined {
  return limit && Math.max(limit, AT_LEAST);
}

/** The records that were used last, at most `limit`. */
export function usedLast(owned: OwnedRecord[], limit?: number): OwnedRecord[] {
  return owned.sort((a, b) => b.record.usedAt - a.record.usedAt).slice(0, limit);
}
