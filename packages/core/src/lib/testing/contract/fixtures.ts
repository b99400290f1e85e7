import type { SessionRecord, StoreOperations } from "../../store.ts";

export const now = (): number => Math.floor(Date.now() / 1000);

export function newId(): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return Array.from(crypto.getRandomValues(new Uint8Array(22)), (byte) => alphabet[byte & 63]).join("");
}

export function aRecord(given: Partial<SessionRecord> = {}): SessionRecord {
  const time = now();
  return { version: 1, data: "{}", owner: undefined, createdAt: time, usedAt: time, expiresAt: time + 3600, ...given };
}

export async function created(store: StoreOperations, given: Partial<SessionRecord> = {}): Promise<string> {
  const id = newId();
  await store.create(id, aRecord(given));
  return id;
}
