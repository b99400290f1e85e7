import type { SessionRecord } from "@websession/core";
import { expect, it } from "vitest";
import { lastWriteWins } from "../../src/lib/stores/last-write-wins.ts";
import { aRecord } from "./records.ts";

/** Operations on one map, and what was put into it. */
function setUp() {
  const records = new Map<string, SessionRecord>();
  const store = lastWriteWins({
    find: async (id) => records.get(id),
    put: async (id, record) => void records.set(id, record),
    remove: async (id) => void records.delete(id),
  });
  return { records, store };
}

it("lets an update win, whatever version is there", async () => {
  const { records, store } = setUp();
  await store.create("id", aRecord({ version: 3 }));
  const last = aRecord({ version: 2 });
  expect(await store.update("id", last, 1)).toBe("saved");
  expect(records.get("id")).toEqual(last);
});

it("does not let a touch overwrite a version that it sees to be another", async () => {
  const { records, store } = setUp();
  const record = aRecord({ version: 3 });
  await store.create("id", record);
  expect(await store.touch("id", record.usedAt + 5, record.expiresAt + 5, 2)).toBe("changed");
  expect(records.get("id")).toEqual(record);
});
