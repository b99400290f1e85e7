import {
  defineStore,
  type SessionRecord,
  type SessionStore,
  type StoreOperations,
  type UpdateResult,
} from "@websession/core";
import { checkOption } from "./check-option.ts";

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
  return defineStore(new UnstorageStore(storage, prefix));
}

const SWEPT_AT_ONCE = 1000;

class UnstorageStore implements StoreOperations {
  readonly atomic = false;
  readonly #storage: UnstorageLike;
  readonly #prefix: string;

  constructor(storage: UnstorageLike, prefix: string) {
    this.#storage = storage;
    this.#prefix = prefix;
  }

  async read(id: string): Promise<SessionRecord | undefined> {
    const key = this.#key(id);
    const found = await this.#storage.getItem(key);
    if (found === null || found === undefined) return undefined;
    // Some drivers show files half written. Taken as missing, it would log the visitor out.
    if (!isRecord(found)) throw new TypeError(`unstorageStore: what the storage has under ${key} is no session.`);
    return isLive(found) ? found : undefined;
  }

  async create(id: string, record: SessionRecord): Promise<boolean> {
    if (await this.read(id)) return false;
    await this.#write(id, record);
    return true;
  }

  async update(id: string, record: SessionRecord): Promise<UpdateResult> {
    if (!(await this.read(id))) return "missing";
    await this.#write(id, record);
    return "saved";
  }

  async touch(id: string, usedAt: number, expiresAt: number): Promise<boolean> {
    const found = await this.read(id);
    if (found === undefined) return false;
    await this.#write(id, { ...found, usedAt, expiresAt });
    return true;
  }

  async delete(id: string): Promise<void> {
    await this.#storage.removeItem(this.#key(id));
  }

  async sweep(): Promise<number> {
    let swept = 0;
    for (const key of await this.#storage.getKeys(this.#prefix)) {
      if (await this.#sweepOne(key)) swept++;
      if (swept === SWEPT_AT_ONCE) break;
    }
    return swept;
  }

  async #sweepOne(key: string): Promise<boolean> {
    const found = await this.#storage.getItem(key);
    if (!isRecord(found) || isLive(found)) return false;
    await this.#storage.removeItem(key);
    return true;
  }

  async #write(id: string, record: SessionRecord): Promise<void> {
    const ttl = Math.max(1, record.expiresAt - Math.floor(Date.now() / 1000));
    await this.#storage.setItem(this.#key(id), { ...record }, { ttl });
  }

  #key(id: string): string {
    return `${this.#prefix}:${id}`;
  }
}

function isRecord(value: unknown): value is SessionRecord {
  return typeof value === "object" && value !== null && "data" in value && "expiresAt" in value;
}

function isLive({ expiresAt }: SessionRecord): boolean {
  return expiresAt > Date.now() / 1000;
}
