import { defineStore, type SessionRecord, type SessionStore } from "./store.ts";

export function memoryStore({ now = Date.now }: { now?: () => number } = {}): SessionStore {
  const records = new Map<string, SessionRecord>();
  const find = (id: string) => {
    const record = records.get(id);
    return record && record.expiresAt > now() / 1000 ? record : undefined;
  };
  return defineStore({
    read: async (id) => find(id) && { ...(find(id) as SessionRecord) },
    create: async (id, record) => !find(id) && !!records.set(id, { ...record }),
    update: async (id, record, version) => {
      const current = find(id);
      if (current?.version !== version) return current ? "changed" : "missing";
      records.set(id, { ...record });
      return "saved";
    },
    touch: async (id, usedAt, expiresAt) => {
      const current = find(id);
      if (current) records.set(id, { ...current, usedAt, expiresAt });
      return !!current;
    },
    delete: async (id) => void records.delete(id),
    list: async (owner) =>
      [...records].filter(([id, r]) => find(id) && r.owner === owner).map(([id, record]) => ({ id, record })),
  });
}
