import { defineStore, SessionError, type SessionStore } from "@websession/core";
import { checkBinding } from "./binding.ts";
import { type KeyValueStore, lastWriteWins } from "./last-write-wins.ts";
import { isLive, parseRecord } from "./plain-record.ts";

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
  return defineStore(lastWriteWins(recordsInKv(namespace, prefix, now)));
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

function recordsInKv(namespace: KvNamespace, prefix: string, now: () => number): KeyValueStore {
  return {
    async find(id) {
      const text = await namespace.get(prefix + id);
      if (text === null) return undefined;
      const record = parseRecord(text);
      return isLive(record, now()) ? record : undefined;
    },
    put(id, record) {
      const expirationTtl = Math.max(SHORTEST_TTL, record.expiresAt - Math.floor(now() / 1000));
      return namespace.put(prefix + id, JSON.stringify(record), { expirationTtl });
    },
    remove: (id) => namespace.delete(prefix + id),
  };
}
