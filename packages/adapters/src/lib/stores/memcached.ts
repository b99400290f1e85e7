import {
  defineStore,
  type SessionRecord,
  type SessionStore,
  type StoreOperations,
  type UpdateResult,
} from "@websession/core";
import { checkOption } from "./check-option.ts";
import { Memcached, type MemcachedClient } from "./memcached-client.ts";
import { cureForMemcached } from "./memcached-cures.ts";
import { isLive, parseRecord } from "./plain-record.ts";

export interface MemcachedStoreOptions {
  /** What every key begins with: visible ASCII, at most 186 characters. Default `"session:"`. */
  readonly prefix?: string;
}

/**
 * Sessions in memcached, through a client of `memjs`.
 *
 * Compare-and-set, but no index by owner, so no `list` and no `revokeAll`. memcached forgets: everything when it restarts, and
 * the least used when it is full; a session then ends early. So it can't be used for `revocations`. A record holds at most what
 * `memcached -I` allows, 1 MB by default.
 */
export function memcachedStore(
  client: MemcachedClient,
  { prefix = "session:" }: MemcachedStoreOptions = {},
): SessionStore {
  checkOption(typeof client?.perform === "function", "memcachedStore: client must be a Client of memjs");
  checkOption(
    client.options.failover !== true,
    "memcachedStore: client must not have failover: a server that comes back would bring deleted sessions back",
  );
  // memcached allows 250 bytes, of which an id takes up to 64.
  checkOption(
    typeof prefix === "string" && /^[\x21-\x7e]{0,186}$/.test(prefix),
    "memcachedStore: prefix must be at most 186 characters of visible ASCII",
  );
  return defineStore(new MemcachedOperations(new Memcached(client), prefix));
}

/** A record as it was found, with what to show to replace it. */
interface Found {
  readonly record: SessionRecord;
  readonly cas: Uint8Array;
}

class MemcachedOperations implements StoreOperations {
  readonly #memcached: Memcached;
  readonly #prefix: string;
  readonly cureFor: typeof cureForMemcached = cureForMemcached;

  constructor(memcached: Memcached, prefix: string) {
    this.#memcached = memcached;
    this.#prefix = prefix;
  }

  async read(id: string): Promise<SessionRecord | undefined> {
    return (await this.#findLive(id))?.record;
  }

  async create(id: string, record: SessionRecord): Promise<boolean> {
    if (await this.#memcached.add(this.#prefix + id, JSON.stringify(record), record.expiresAt)) return true;
    const found = await this.#find(id);
    if (!found) return this.create(id, record);
    // memcached's clock ticks by the second, so what has expired may still be there.
    return !isLive(found.record) && this.#replace(id, record, found);
  }

  update(id: string, record: SessionRecord, version: number): Promise<UpdateResult> {
    return this.#replaceVersion(id, version, () => record);
  }

  touch(id: string, usedAt: number, expiresAt: number, version: number): Promise<UpdateResult> {
    return this.#replaceVersion(id, version, (found) => ({ ...found, usedAt, expiresAt }));
  }

  neverEvict(): void {
    const cure = "Keep revocations in a store that lasts, like Redis with persistence or a database";
    checkOption(false, `memcachedStore: memcached forgets, and then an ended session would open again. ${cure}`);
  }

  async #replaceVersion(
    id: string,
    version: number,
    next: (found: SessionRecord) => SessionRecord,
  ): Promise<UpdateResult> {
    const found = await this.#findLive(id);
    if (!found) return "missing";
    if (found.record.version !== version) return "changed";
    // To memcached a touch is a change too: what has become of the version, the next look tells.
    return (await this.#replace(id, next(found.record), found)) ? "saved" : this.#replaceVersion(id, version, next);
  }

  delete(id: string): Promise<void> {
    return this.#memcached.delete(this.#prefix + id);
  }

  async #findLive(id: string): Promise<Found | undefined> {
    const found = await this.#find(id);
    return found && isLive(found.record) ? found : undefined;
  }

  async #find(id: string): Promise<Found | undefined> {
    const item = await this.#memcached.get(this.#prefix + id);
    return item && { record: parseRecord(item.value), cas: item.cas };
  }

  #replace(id: string, record: SessionRecord, { cas }: Found): Promise<boolean> {
    return this.#memcached.replace(this.#prefix + id, JSON.stringify(record), record.expiresAt, cas);
  }
}
