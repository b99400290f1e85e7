import type { StoreOperations, UpdateResult } from "@websession/core";
import { defineStore, SessionError, type SessionRecord, type SessionStore } from "@websession/core";
import { checkBinding } from "./binding.ts";

/** What is called of a Workers KV binding. */
export interface KvNamespace {
  get(key: string): Promise<string | null>;
  put(key: string, value: string, options: { expirationTtl: number }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** What `cloudflareKv` takes besides the namespace. */
export interface CloudflareKvOptions {
  /** What every key begins with: up to 400 bytes. Default `session:`. */
  readonly prefix?: string;
  /** The clock, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/**
 * Keeps sessions in Workers KV, which is only eventually consistent: for sessions that are read much and written little.
 *
 * What is written or deleted shows at once where it was written, but elsewhere only after 60 seconds or more: so long a session
 * that was ended may stay open there. It can't compare and set (`atomic: false`): of two writers the last wins, and one that
 * is slow can bring back what was deleted. It takes one write per second and session. It has no index by owner. Where that
 * matters, take `durableObjectStore`.
 */
export function cloudflareKv(namespace: KvNamespace, options: CloudflareKvOptions = {}): SessionStore {
  const { prefix = "session:", now = Date.now } = options;
  checkBinding(namespace, "put", "KV");
  checkPrefix(prefix);
  return defineStore(new CloudflareKvOperations(namespace, prefix, () => Math.floor(now() / 1000)));
}

/** KV's keys have up to 512 bytes, ids up to 64. */
function checkPrefix(prefix: string): void {
  const { length } = new TextEncoder().encode(prefix);
  if (length <= 400) return;
  throw new SessionError(
    "ERR_INVALID_OPTION",
    `prefix must have up to 400 bytes, but has ${length}. Take a shorter one.`,
  );
}

/** Seconds: KV refuses less. */
const SHORTEST_TTL = 60;

class CloudflareKvOperations implements StoreOperations {
  readonly atomic = false;
  readonly #namespace: KvNamespace;
  readonly #prefix: string;
  readonly #now: () => number;

  constructor(namespace: KvNamespace, prefix: string, now: () => number) {
    this.#namespace = namespace;
    this.#prefix = prefix;
    this.#now = now;
  }

  async read(id: string): Promise<SessionRecord | undefined> {
    const text = await this.#namespace.get(this.#prefix + id);
    if (text === null) return undefined;
    const record: SessionRecord = JSON.parse(text);
    return this.#now() < record.expiresAt ? record : undefined;
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
    const record = await this.read(id);
    if (record === undefined) return false;
    await this.#write(id, { ...record, usedAt, expiresAt });
    return true;
  }

  async delete(id: string): Promise<void> {
    await this.#namespace.delete(this.#prefix + id);
  }

  async #write(id: string, record: SessionRecord): Promise<void> {
    const expirationTtl = Math.max(SHORTEST_TTL, record.expiresAt - this.#now());
    await this.#namespace.put(this.#prefix + id, JSON.stringify(record), { expirationTtl });
  }
}
