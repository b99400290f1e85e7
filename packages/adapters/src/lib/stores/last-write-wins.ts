import type { SessionRecord, StoreOperations } from "@websession/core";

/** Where records are put and found again, without a way to compare and set. */
export interface KeyValueStore {
  /** Undefined where there is none alive. */
  find(id: string): Promise<SessionRecord | undefined>;
  put(id: string, record: SessionRecord): Promise<void>;
  remove(id: string): Promise<void>;
}

/** The operations of such a store: each looks first, and whoever writes last wins. */
export function lastWriteWins(records: KeyValueStore): StoreOperations {
  return {
    atomic: false,
    read: (id) => records.find(id),
    async create(id, record) {
      if (await records.find(id)) return false;
      await records.put(id, record);
      return true;
    },
    async update(id, record) {
      if (!(await records.find(id))) return "missing";
      await records.put(id, record);
      return "saved";
    },
    async touch(id, usedAt, expiresAt, version) {
      const record = await records.find(id);
      if (record === undefined) return "missing";
      // Only a look, not a compare-and-set: a write between this look and the next line is lost.
      if (record.version !== version) return "changed";
      await records.put(id, { ...record, usedAt, expiresAt });
      return "saved";
    },
    delete: (id) => records.remove(id),
  };
}
