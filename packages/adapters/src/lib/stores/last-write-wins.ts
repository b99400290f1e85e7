import type { SessionRecord, StoreOperations } from "@websession/core";

/** Where records are put and found again, without a way to compare and set. */
export interface Shelf {
  /** Undefined where there is none alive. */
  find(id: string): Promise<SessionRecord | undefined>;
  put(id: string, record: SessionRecord): Promise<void>;
  remove(id: string): Promise<void>;
}

/** The operations of such a store: each looks first, and whoever writes last wins. */
export function lastWriteWins(shelf: Shelf): StoreOperations {
  return {
    atomic: false,
    read: (id) => shelf.find(id),
    async create(id, record) {
      if (await shelf.find(id)) return false;
      await shelf.put(id, record);
      return true;
    },
    async update(id, record) {
      if (!(await shelf.find(id))) return "missing";
      await shelf.put(id, record);
      return "saved";
    },
    async touch(id, usedAt, expiresAt) {
      const record = await shelf.find(id);
      if (record === undefined) return false;
      await shelf.put(id, { ...record, usedAt, expiresAt });
      return true;
    },
    delete: (id) => shelf.remove(id),
  };
}
