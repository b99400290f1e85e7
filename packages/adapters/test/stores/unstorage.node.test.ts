import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SessionRecord } from "@websession/core";
import { storeContract } from "@websession/core/testing";
import { createStorage } from "unstorage";
import fsDriver from "unstorage/drivers/fs";
import memoryDriver from "unstorage/drivers/memory";
import { afterAll, describe, expect, it } from "vitest";
import { unstorageStore } from "../../src/stores/unstorage.ts";

const directory = await mkdtemp(join(tmpdir(), "websession-"));
afterAll(() => rm(directory, { recursive: true, force: true }));

const newId = () => crypto.randomUUID();

function aRecord(given: Partial<SessionRecord> = {}): SessionRecord {
  const now = Math.floor(Date.now() / 1000);
  return { version: 1, data: "{}", createdAt: now, usedAt: now, expiresAt: now + 3600, ...given };
}

describe.each([
  { name: "memory", driver: memoryDriver(), many: 10_000 },
  { name: "fs", driver: fsDriver({ base: directory }), many: 1000 },
])("unstorageStore with the driver $name", ({ driver, many }) => {
  const store = unstorageStore(createStorage({ driver })).operations;
  for (const { name, run } of storeContract(store, { many })) it(name, run, 60_000);
});

describe("unstorageStore", () => {
  it("says that it can't compare and set, and that it has no index by owner", async () => {
    const store = unstorageStore(createStorage()).operations;
    expect(store.atomic).toBe(false);
    expect(store.list).toBeUndefined();
    const id = newId();
    await store.create(id, aRecord());
    expect(await store.update(id, aRecord({ version: 9, data: '"last"' }), 8)).toBe("saved");
    expect((await store.read(id))?.data).toBe('"last"');
  });

  it("keeps to its prefix, in a storage that others use too", async () => {
    const storage = createStorage();
    await storage.setItem("other:thing", "x");
    const store = unstorageStore(storage, { prefix: "app:sessions" }).operations;
    const [kept, expired] = [newId(), newId()];
    await store.create(kept, aRecord());
    await store.create(expired, aRecord({ expiresAt: 1 }));
    expect(await store.sweep?.()).toBe(1);
    expect((await storage.getKeys()).sort()).toEqual([`app:sessions:${kept}`, "other:thing"]);
  });

  it("tells drivers with a TTL how many seconds are left", async () => {
    const storage = createStorage();
    const times: number[] = [];
    const setItem = storage.setItem.bind(storage);
    storage.setItem = async (key: string, value: object, options?: { ttl?: number }) => {
      times.push(Math.round(Number(options?.ttl) / 100));
      await setItem(key, value, options);
    };
    const store = unstorageStore(storage).operations;
    const id = newId();
    const record = aRecord();
    await store.create(id, record);
    await store.touch(id, record.usedAt, record.expiresAt + 3600, 1);
    expect(times).toEqual([36, 72]);
  });

  it.each(["half a rec", "", 5])(
    "gives %j back as what is no record, not as a visitor who is logged out",
    async (value) => {
      const storage = createStorage();
      const store = unstorageStore(storage).operations;
      const id = newId();
      await storage.setItem(`sessions:${id}`, value);
      expect((await store.read(id))?.version).toBeNaN();
      expect(await store.sweep?.()).toBe(0);
      await store.delete(id);
      expect(await store.read(id)).toBeUndefined();
    },
  );

  it("refuses what can't work, and tells the cure", () => {
    // @ts-expect-error no storage
    expect(() => unstorageStore(undefined)).toThrow(/createStorage/);
    expect(() => unstorageStore(createStorage(), { prefix: "a/b:" })).toThrow(/^unstorageStore: prefix must be/);
  });
});
