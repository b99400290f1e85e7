import type { RequestLike } from "../load.ts";
import type { SessionRecord } from "../store/store.ts";
import type { OwnerSessions, SessionInfo } from "./owner-sessions.ts";
import type { StoreEnds } from "./store-ends.ts";
import type { StoreRecords } from "./store-records.ts";

/** For the events of what is done without a request. */
export const noRequest: RequestLike = { headers: { get: () => null } };

/** What a store knows of an owner's sessions. */
export function storeOwners(records: StoreRecords, ends: StoreEnds): OwnerSessions {
  return {
    async list(owner, current) {
      const owned = await records.list(owner, noRequest);
      const infos = owned.map(({ id, record }) => infoOf(id, record, id === current));
      return infos.sort((a, b) => Number(b.usedAt) - Number(a.usedAt));
    },
    revoke: async (id) => ends.end(await ends.find(id, noRequest), noRequest),
    async revokeAll(owner, { except } = {}) {
      const others = (await records.list(owner, noRequest)).filter(({ id }) => id !== except);
      await Promise.all(others.map(({ id, record }) => ends.end({ sid: id, version: record.version }, noRequest)));
      return others.length;
    },
    sweep: () => records.sweep(noRequest),
  };
}

function infoOf(id: string, { createdAt, usedAt, expiresAt }: SessionRecord, current: boolean): SessionInfo {
  const date = (seconds: number) => new Date(seconds * 1000);
  return { id, createdAt: date(createdAt), usedAt: date(usedAt), expiresAt: date(expiresAt), current };
}
