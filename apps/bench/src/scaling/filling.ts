import { randomBytes } from "node:crypto";
import type { SessionRecord, StoreOperations } from "@websession/core";
import { payload } from "../measure/payload.ts";

/** Sessions that are added at a time. */
const BATCH = 1000;

/** Adds so many sessions that the store can't tell from those of visitors. */
export async function fill(store: StoreOperations, count: number): Promise<void> {
  for (let added = 0; added < count; added += BATCH) {
    const ids = Array.from({ length: Math.min(BATCH, count - added) }, () => randomBytes(16).toString("base64url"));
    await Promise.all(ids.map((id) => store.create(id, recordOf(id))));
  }
}

/** Its text is made anew each time, so that no two share memory. */
function recordOf(sid: string): SessionRecord {
  const usedAt = Math.floor(Date.now() / 1000);
  const expiresAt = usedAt + 1_209_600;
  const data = JSON.stringify({ sid, iat: usedAt, exp: expiresAt, d: payload });
  return { version: 1, data, createdAt: usedAt, usedAt, expiresAt };
}
