import {
  defineStore,
  type OwnedRecord,
  type SessionRecord,
  type SessionStore,
  type StoreOperations,
  type UpdateResult,
} from "@websession/core";
import { checkOption } from "./check-option.ts";
import { isLive } from "./plain-record.ts";
import { lookedAt, usedLast } from "./used-last.ts";

type Key = readonly string[];

interface Versioned {
  readonly key: Key;
  readonly versionstamp: string | null;
}

interface AtomicOperation {
  check(entry: Versioned): this;
  set(key: Key, value: unknown, options: { expireIn: number }): this;
  delete(key: Key): this;
  commit(): Promise<{ ok: boolean }>;
}

/** What is used of `Deno.Kv`. */
export interface DenoKv {
  get(key: Key): Promise<{ value: unknown; versionstamp: string | null }>;
  list(selector: { prefix: Key }, options?: { limit?: number }): AsyncIterable<{ key: readonly unknown[] }>;
  atomic(): AtomicOperation;
}

export interface DenoKvStoreOptions {
  /** What the keys begin with. Default `["sessions"]`. */
  readonly prefix?: readonly string[];
}

/**
 * Keeps sessions in Deno KV: `denoKvStore(await Deno.openKv())`.
 *
 * Record and index by owner change in one atomic step. A session can have 64 KiB at most, a limit of Deno KV.
 */
export function denoKvStore(kv: DenoKv, { prefix = ["sessions"] }: DenoKvStoreOptions = {}): SessionStore {
  checkOption(typeof kv?.atomic === "function", "denoKvStore: kv must be an open database: await Deno.openKv()");
  checkOption(Array.isArray(prefix), 'denoKvStore: prefix must be a list of key parts, like ["sessions"]');
  return defineStore(new DenoKvStore(kv, prefix));
}

/** What is there, expired or not, for the check of the next write. */
interface Entry extends Versioned {
  readonly record: SessionRecord | undefined;
}

class DenoKvStore implements StoreOperations {
  readonly #kv: DenoKv;
  readonly #prefix: Key;

  constructor(kv: DenoKv, prefix: Key) {
    this.#kv = kv;
    this.#prefix = [...prefix];
  }

  async read(id: string): Promise<SessionRecord | undefined> {
    return live(await this.#entry(id));
  }

  async create(id: string, record: SessionRecord): Promise<boolean> {
    for (;;) {
      const entry = await this.#entry(id);
      if (live(entry)) return false;
      if (await this.#write(id, entry, record)) return true;
    }
  }

  update(id: string, record: SessionRecord, version: number): Promise<UpdateResult> {
    return this.#replace(id, version, () => record);
  }

  touch(id: string, usedAt: number, expiresAt: number, version: number): Promise<UpdateResult> {
    return this.#replace(id, version, (found) => ({ ...found, usedAt, expiresAt }));
  }

  /** A touch changes the entry, but not the record's version: what that is now, the next look tells. */
  async #replace(id: string, version: number, next: (found: SessionRecord) => SessionRecord): Promise<UpdateResult> {
    for (;;) {
      const entry = await this.#entry(id);
      const found = live(entry);
      if (found === undefined) return "missing";
      if (found.version !== version) return "changed";
      if (await this.#write(id, entry, next(found))) return "saved";
    }
  }

  async delete(id: string): Promise<void> {
    while (!(await this.#write(id, await this.#entry(id), undefined)));
  }

  async list(owner: string, limit?: number): Promise<OwnedRecord[]> {
    const owned: OwnedRecord[] = [];
    const most = lookedAt(limit);
    for await (const { key } of this.#kv.list(
      { prefix: this.#ownerKey(owner) },
      most === undefined ? {} : { limit: most },
    )) {
      const id = String(key.at(-1));
      const record = await this.read(id);
      if (record?.owner === owner) owned.push({ id, record });
    }
    return usedLast(owned, limit);
  }

  /** Record and index together; false where the entry is no longer what it was. */
  async #write(
    id: string,
    { key, versionstamp, record: old }: Entry,
    next: SessionRecord | undefined,
  ): Promise<boolean> {
    const atomic = this.#kv.atomic().check({ key, versionstamp });
    if (old?.owner !== undefined) atomic.delete(this.#ownerKey(old.owner, id));
    if (next === undefined) atomic.delete(key);
    else this.#set(atomic, id, next);
    return (await atomic.commit()).ok;
  }

  #set(atomic: AtomicOperation, id: string, record: SessionRecord): void {
    const expiry = { expireIn: Math.max(1, record.expiresAt * 1000 - Date.now()) };
    atomic.set(this.#key(id), record, expiry);
    if (record.owner !== undefined) atomic.set(this.#ownerKey(record.owner, id), true, expiry);
  }

  async #entry(id: string): Promise<Entry> {
    const key = this.#key(id);
    const { value, versionstamp } = await this.#kv.get(key);
    return { key, versionstamp, record: value === null ? undefined : (value as SessionRecord) };
  }

  #key(id: string): Key {
    return [...this.#prefix, "id", id];
  }

  #ownerKey(owner: string, ...id: string[]): Key {
    return [...this.#prefix, "owner", owner, ...id];
  }
}

/** Deno KV removes what has expired some time later. */
function live({ record }: Entry): SessionRecord | undefined {
  return record && isLive(record) ? record : undefined;
}
