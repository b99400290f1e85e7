import { defineStore, type SessionStore } from "@websession/core";
import { checkOption } from "./check-option.ts";
import { cureForConnection } from "./cures.ts";
import { type KeyValueStore, lastWriteWins } from "./last-write-wins.ts";
import { isLive, isRecord, toRecord } from "./plain-record.ts";

/** What is used of a `Storage` of unstorage. */
export interface UnstorageLike {
  getItem(key: string): Promise<unknown>;
  setItem(key: string, value: Fields, options: { ttl: number }): Promise<void>;
  removeItem(key: string): Promise<void>;
  getKeys(base: string): Promise<string[]>;
}

type Fields = Record<string, string | number | undefined>;

export interface UnstorageStoreOptions {
  /** What the keys begin with. Default `sessions`. */
  readonly prefix?: string;
}

/**
 * Keeps sessions wherever unstorage has a driver for: MongoDB, S3, Azure, Vercel and so on.
 *
 * It can't compare and set: of two requests that write a session at once the last wins, and a slow one may bring a session back
 * that was destroyed meanwhile. There is no index by owner. Drivers without a TTL need `sweep`, which reads every session.
 */
export function unstorageStore(
  storage: UnstorageLike,
  { prefix = "sessions" }: UnstorageStoreOptions = {},
): SessionStore {
  checkOption(
    typeof storage?.getItem === "function",
    "unstorageStore: storage must be one of unstorage: createStorage()",
  );
  const clean = /^[\w-]+(:[\w-]+)*$/.test(prefix);
  checkOption(clean, 'unstorageStore: prefix must be letters, digits, _ and -, parted by colons, like "app:sessions"');
  return defineStore({
    ...lastWriteWins(recordsIn(storage, prefix)),
    sweep: () => sweep(storage, prefix),
    cureFor: cureForConnection,
  });
}

const SWEPT_AT_ONCE = 1000;

function recordsIn(storage: UnstorageLike, prefix: string): KeyValueStore {
  const keyOf = (id: string) => `${prefix}:${id}`;
  return {
    async find(id) {
      const found = await storage.getItem(keyOf(id));
      if (found === null || found === undefined) return undefined;
      const record = toRecord(found);
      return isLive(record) ? record : undefined;
    },
    put(id, record) {
      const ttl = Math.max(1, record.expiresAt - Math.floor(Date.now() / 1000));
      return storage.setItem(keyOf(id), { ...record }, { ttl });
    },
    remove: (id) => storage.removeItem(keyOf(id)),
  };
}

async function sweep(storage: UnstorageLike, prefix: string): Promise<number> {
  let swept = 0;
  for (const key of await storage.getKeys(prefix)) {
    if (await sweepOne(storage, key)) swept++;
    if (swept === SWEPT_AT_ONCE) break;
  }
  return swept;
}

async function sweepOne(storage: UnstorageLike, key: string): Promise<boolean> {
  const found = await storage.getItem(key);
  if (!isRecord(found) || isLive(found)) return false;
  await storage.removeItem(key);
  return true;
}
