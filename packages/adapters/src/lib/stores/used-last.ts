import type { OwnedRecord } from "@websession/core";

/** A store whose index can't sort looks at so many of an owner's records for a list with a limit, and at no more. */
export const LOOKED_AT = 1000;

/** The records that were used last, at most `limit`. */
export function usedLast(owned: OwnedRecord[], limit?: number): OwnedRecord[] {
  return owned.sort((a, b) => b.record.usedAt - a.record.usedAt).slice(0, limit);
}
