import { defineStore } from "@websession/core";
import { type ContractOptions, storeContract } from "@websession/core/testing";
import { describe, expect, it } from "vitest";
import type { SqlOptions } from "../../src/lib/stores/sql-options.ts";
import type { SqlStore } from "../../src/lib/stores/sql-store.ts";
import { type ConcurrencyOptions, concurrencyCases, PATIENCE } from "./sessions-in.ts";

type MakeStore = (options?: SqlOptions) => SqlStore;

const time = () => Math.floor(Date.now() / 1000);
const aRecord = (given = {}) => ({
  version: 1,
  data: "{}",
  createdAt: time(),
  usedAt: time(),
  expiresAt: time() + 60,
  ...given,
});

/** What every store in a SQL database must do; `make` is called once the database is there. */
export function sqlCases(make: MakeStore, options: ContractOptions & ConcurrencyOptions = {}) {
  describe("contract", () => {
    let ahead = 0;
    const advance = (seconds: number) => {
      ahead += seconds;
    };
    const operations = later(async () => {
      const store = make({ now: () => Date.now() + ahead * 1000 });
      await store.createTable();
      return store.operations;
    });
    for (const { name, run } of storeContract(operations, { advance, ...options })) it(name, run, 30_000);
  });

  describe("sessions in it", () => {
    const operations = later(async () => {
      const store = make({ table: "of_sessions" });
      await store.createTable();
      return store.operations;
    });
    for (const { name, run } of concurrencyCases(defineStore(operations), options)) it(name, run, PATIENCE);
  });

  it("makes its table once, however many ask for it at the same time", async () => {
    const { createTable, operations } = make({ table: "made_by_many" });
    await Promise.all(Array.from({ length: 8 }, createTable));
    await operations.create("kept", aRecord());
    await createTable();
    expect(await operations.read("kept")).toMatchObject({ version: 1 });
  });

  it("keeps tables apart, even one that is named like a word of SQL", async () => {
    const [one, other] = [make({ table: "select" }), make({ table: "_2" })];
    await Promise.all([one.createTable(), other.createTable()]);
    await one.operations.create("id", aRecord({ data: "1" }));
    expect(await other.operations.read("id")).toBeUndefined();
    expect(await one.operations.read("id")).toMatchObject({ data: "1" });
  });

  it("keeps times beyond the year 2038", async () => {
    const { createTable, operations } = make();
    await createTable();
    const record = aRecord({ owner: "ada", expiresAt: 2 ** 33 });
    await operations.create("far", record);
    expect(await operations.read("far")).toEqual(record);
    await operations.delete("far");
  });

  it("keeps owners apart who look the same: by case, accents, spaces at the end, forms of the same letter", async () => {
    const { createTable, operations } = make({ table: "owners" });
    await createTable();
    const owners = [
      "ada",
      "ADA",
      "ada ",
      "ada\t",
      " ada",
      "\ufeffada",
      "adá",
      "ada\u0301",
      "straße",
      "strasse",
      "😀",
      "😁",
      "ﬁ",
      "fi",
    ];
    await Promise.all(owners.map((owner, i) => operations.create(`id${i}`, aRecord({ owner, data: owner }))));
    for (const [i, owner] of owners.entries()) {
      expect(await operations.list?.(owner)).toEqual([
        expect.objectContaining({ id: `id${i}`, record: expect.objectContaining({ owner, data: owner }) }),
      ]);
    }
  });

  it("keeps ids apart that differ by case only", async () => {
    const { createTable, operations } = make({ table: "owners" });
    await createTable();
    expect(await operations.create("AbcdefghijklmnopqrstuV", aRecord())).toBe(true);
    expect(await operations.create("abcdefghijklmnopqrstuv", aRecord())).toBe(true);
    await operations.delete("AbcdefghijklmnopqrstuV");
    expect(await operations.read("abcdefghijklmnopqrstuv")).toBeDefined();
  });

  it("rejects as long as there is no table", async () => {
    const { operations } = make({ table: "missing" });
    await expect(operations.read("id")).rejects.toThrow(/missing/);
    await expect(operations.create("id", aRecord())).rejects.toThrow(/missing/);
    await expect(operations.delete("id")).rejects.toThrow(/missing/);
    const error = await operations.read("id").catch((error: unknown) => error);
    expect(operations.cureFor?.(error)).toMatch(/^Call `await store\.createTable\(\)` once/);
  });

  it("sweeps at most a thousand records at once", async () => {
    const { createTable, operations } = make({ table: "swept" });
    await createTable();
    const ids = Array.from({ length: 1200 }, (_, number) => `id${number}`);
    await Promise.all(ids.map((id) => operations.create(id, aRecord({ expiresAt: time() - 1 }))));
    expect(await operations.sweep?.()).toBe(1000);
    expect(await operations.sweep?.()).toBe(200);
    expect(await operations.sweep?.()).toBe(0);
  });
}

/** Where each call may have a connection of its own. */
export function sweepingCase(make: MakeStore, sweepers = 8) {
  it(`is swept by ${sweepers} at once: each record once, no living one, and nobody fails`, async () => {
    const { createTable, operations } = make({ table: "swept_by_many" });
    await createTable();
    const [expired, living] = [3500, 500];
    const create = (_: unknown, i: number) =>
      operations.create(
        `id${i}`,
        aRecord({ owner: `${i % 7}`, expiresAt: time() + (i < expired ? -1 - (i % 50) : 60) }),
      );
    await Promise.all(Array.from({ length: expired + living }, create));
    const removed = await Promise.all(Array.from({ length: sweepers }, () => sweepAll(operations)));
    expect(removed.reduce((sum, each) => sum + each)).toBe(expired);
    const left = await Promise.all(Array.from({ length: 7 }, (_, owner) => operations.list?.(`${owner}`)));
    expect(left.flat()).toHaveLength(living);
  });
}

async function sweepAll({ sweep = async () => 0 }: SqlStore["operations"]): Promise<number> {
  let sum = 0;
  for (let removed = await sweep(); removed > 0; removed = await sweep()) sum += removed;
  return sum;
}

/** The operations of a store that can't be made before the tests run. */
function later(made: () => Promise<SqlStore["operations"]>): SqlStore["operations"] {
  let operations: ReturnType<typeof made> | undefined;
  const get = () => {
    operations ??= made();
    return operations;
  };
  return {
    read: async (...args) => (await get()).read(...args),
    create: async (...args) => (await get()).create(...args),
    update: async (...args) => (await get()).update(...args),
    touch: async (...args) => (await get()).touch(...args),
    delete: async (...args) => (await get()).delete(...args),
    list: async (...args) => (await (await get()).list?.(...args)) ?? [],
    sweep: async () => (await (await get()).sweep?.()) ?? 0,
  };
}
