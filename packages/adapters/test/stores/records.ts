import type { SessionRecord } from "@websession/core";

export const seconds = (): number => Math.floor(Date.now() / 1000);

let ids = 0;

/** An id as the core makes them, unlike any before. */
export const newId = (): string => `${crypto.randomUUID().replaceAll("-", "")}_${ids++}`;

export function aRecord(given: Partial<SessionRecord> = {}): SessionRecord {
  const time = seconds();
  return { version: 1, data: "0", owner: undefined, createdAt: time, usedAt: time, expiresAt: time + 3600, ...given };
}
