import { describe, expect, it } from "vitest";
import { memoryStore, type SessionRecord } from "../src/index.ts";
import { MemoryOperations } from "../src/lib/memory/memory-store.ts";
import { OwnerIndex } from "../src/lib/memory/owner-index.ts";
import { storeContract } from "../src/testing.ts";
import { START } from "./helpers.ts";

function aRecord(given: Partial<SessionRecord> = {}): SessionRecord {
  return { version: 1, data: "{}", createdAt: START, usedAt: START, expiresAt: START + 3600, ...given };
}

/** Under a clock that stands still until it is moved. */
function setUp(max?: number) {
  const clock = { seconds: START };
  const options = { now: () => clock.seconds * 1000, ...(max === undefined ? {} : { max }) };
  return { store: memoryStore(options).operations, clock };
}

/** Which of the ids are there. */
async function kept(store: MemoryOperations | ReturnType<typeof setUp>["store"], ids: string[]): Promise<string[]> {
  const found = await Promise.all(ids.map(async (id) => (await store.read(id)) && id));
  return found.filter((id) => id !== undefined);
}

describe("the contract", () => {
  let passed = 0;
  const { operations } = memoryStore({ now: () => Date.now() + passed * 1000 });
  const advance = (seconds: number) => {
    passed += seconds;
  };
  for (const { name, run } of storeContract(operations, { advance })) it(name, run);
});

describe("the bound", () => {
  it("is 100 000 records, and the last ones stay", async () => {
    const { store } = setUp();
    for (let i = 0; i < 100_500; i++) await store.create(`id-${i}`, aRecord());
    const ids = Array.from({ length: 100_500 }, (_, i) => `id-${i}`);
    expect(await kept(store, ids)).toEqual(ids.slice(500));
  });

  it("lets the record go that was written longest ago: an update or a touch is a write, a read is none", async () => {
    const { store } = setUp(4);
    for (const id of ["a", "b", "c", "d"]) await store.create(id, aRecord());
    await store.read("b");
    await store.update("a", aRecord({ version: 2 }), 1);
    await store.touch("c", START, START + 60, 1);
    await store.create("e", aRecord());
    expect(await kept(store, ["a", "b", "c", "d", "e"])).toEqual(["a", "c", "d", "e"]);
    await store.create("f", aRecord());
    expect(await kept(store, ["a", "c", "d", "e", "f"])).toEqual(["a", "c", "e", "f"]);
  });

  it("lets expired records go first, however late they were written", async () => {
    const { store, clock } = setUp(3);
    await store.create("old", aRecord());
    await store.create("short", aRecord({ expiresAt: START + 10 }));
    await store.create("new", aRecord());
    clock.seconds += 10;
    await store.create("newer", aRecord());
    expect(await kept(store, ["old", "new", "newer"])).toEqual(["old", "new", "newer"]);
  });

  it("holds whatever is deleted in between", async () => {
    const { store } = setUp(50);
    for (let i = 0; i < 1000; i++) {
      await store.create(`id-${i}`, aRecord({ expiresAt: START + (i % 3 === 0 ? -1 : 60) }));
      if (i % 5 === 0) await store.delete(`id-${i - 7}`);
      if (i % 7 === 0) await store.touch(`id-${i - 20}`, START, START + 90, 1);
    }
    const ids = Array.from({ length: 1000 }, (_, i) => `id-${i}`);
    expect((await kept(store, ids)).length).toBeGreaterThan(40);
    expect((await kept(store, ids)).length).toBeLessThanOrEqual(50);
  });

  it("refuses a note only when every record is alive, wherever the expired ones are", async () => {
    const clock = { seconds: 1000 };
    const { operations } = memoryStore({ max: 100, now: () => clock.seconds * 1000 });
    operations.neverEvict?.();
    const add = (id: number, expiresAt: number) =>
      operations.create(`${id}`, { version: 1, data: "", createdAt: 1000, usedAt: 1000, expiresAt });
    for (let i = 0; i < 100; i++) await add(i, i >= 40 && i < 60 ? 1010 : 9000);
    clock.seconds = 1020;
    for (let i = 100; i < 120; i++) expect(await add(i, 9000)).toBe(true);
    await expect(add(120, 9000)).rejects.toThrow(/is full: it holds 100 records that have not expired/);
  });

  it("can't be more than a Map holds", () => {
    expect(() => memoryStore({ max: 16_000_001 })).toThrow(/^max must be at most 16000000, but is 16000001\. /);
    expect(() => memoryStore({ max: 16_000_000 })).not.toThrow();
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "5"])("can't be %s", (max) => {
    const create = memoryStore as (options: unknown) => unknown;
    const error = expect.objectContaining({ name: "SessionError", code: "ERR_INVALID_OPTION" });
    expect(() => create({ max })).toThrow(error);
    expect(() => create({ max })).toThrow(/^max must be a whole number above 0, but is /);
  });
});

describe("what has expired", () => {
  it("is removed by insertions, a few at a time", async () => {
    const owners = new OwnerIndex();
    const clock = { seconds: START };
    const store = new MemoryOperations(1000, () => clock.seconds * 1000, owners);
    for (let i = 0; i < 40; i++) await store.create(`id-${i}`, aRecord({ owner: `owner-${i}`, expiresAt: START + 10 }));
    clock.seconds += 10;
    expect(owners.size).toBe(40);
    await store.create("a", aRecord());
    expect(owners.size).toBeGreaterThan(20);
    for (let i = 0; i < 10; i++) await store.create(`new-${i}`, aRecord());
    expect(owners.size).toBe(0);
  });

  it("is counted by sweep, and nothing else goes", async () => {
    const { store, clock } = setUp();
    for (let i = 0; i < 30; i++) await store.create(`id-${i}`, aRecord({ expiresAt: START + (i % 3 === 0 ? 10 : 60) }));
    clock.seconds += 10;
    expect(await store.sweep?.()).toBe(10);
    expect(await store.sweep?.()).toBe(0);
    const ids = Array.from({ length: 30 }, (_, i) => `id-${i}`);
    expect(await kept(store, ids)).toEqual(ids.filter((_, i) => i % 3 !== 0));
  });
});

describe("the index by owner", () => {
  it("keeps nothing of owners whose records have gone, whichever way they went", async () => {
    const owners = new OwnerIndex();
    const clock = { seconds: START };
    const store = new MemoryOperations(100, () => clock.seconds * 1000, owners);
    for (let i = 0; i < 10_000; i++) await store.create(`id-${i}`, aRecord({ owner: `owner-${i}` }));
    expect(owners.size).toBe(100);
    for (let i = 9900; i < 9950; i++) await store.delete(`id-${i}`);
    expect(owners.size).toBe(50);
    for (let i = 9950; i < 9960; i++) await store.update(`id-${i}`, aRecord({ version: 2, owner: "ada" }), 1);
    expect(owners.size).toBe(41);
    for (let i = 9960; i < 9970; i++) await store.update(`id-${i}`, aRecord({ version: 2 }), 1);
    expect(owners.size).toBe(31);
    clock.seconds += 3600;
    await store.sweep();
    expect(owners.size).toBe(0);
  });
});
