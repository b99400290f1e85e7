import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defineStore, memoryStore, type SessionRecord } from "../src/index.ts";
import { type Fault, type FaultyOptions, faulty, storeContract } from "../src/testing.ts";
import { START } from "./helpers.ts";

const record: SessionRecord = { version: 1, data: "{}", createdAt: START, usedAt: START, expiresAt: START + 60 };
const next: SessionRecord = { ...record, version: 2, data: '"new"' };

/** A store that holds the record under "a", and the same store behind faults. */
async function setUp(options: FaultyOptions) {
  const store = memoryStore({ now: () => START * 1000 });
  await store.operations.create("a", record);
  return { inner: store.operations, outer: faulty(store, options).operations };
}

describe("without faults, and with those that only cost time", () => {
  const store = faulty(memoryStore(), { latency: 1 });
  for (const { name, run } of storeContract(store.operations, { many: 100, writers: 8 })) it(name, run);

  it("tells as much of itself as the store does", () => {
    const operations = { ...memoryStore().operations, atomic: false };
    expect(Object.keys(faulty(defineStore(operations)).operations).sort()).toEqual([
      "atomic",
      "create",
      "delete",
      "read",
      "touch",
      "update",
    ]);
    expect(Object.keys(faulty(memoryStore()).operations)).toEqual(expect.arrayContaining(["list", "sweep"]));
  });
});

describe("latency", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is spent half on the way to the store, half on the way back: what was read can be old", async () => {
    const { inner, outer } = await setUp({
      latency: (operation, id) => (operation === "read" && id === "a" ? 100 : 0),
    });
    let found: unknown;
    const reading = outer.read("a").then((answer) => {
      found = answer;
    });
    await vi.advanceTimersByTimeAsync(50);
    await inner.update("a", next, 1);
    await vi.advanceTimersByTimeAsync(49);
    expect(found).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    await reading;
    expect(found).toEqual(record);
  });

  it("sets no timer where there is none", async () => {
    const { outer } = await setUp({});
    expect(await outer.read("a")).toEqual(record);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("failure", () => {
  const failing = (fault: Fault): FaultyOptions => ({
    failure: (operation) => (operation === "update" ? fault : undefined),
  });

  it("before the store is reached leaves it as it was", async () => {
    const { inner, outer } = await setUp(failing("before"));
    await expect(outer.update("a", next, 1)).rejects.toThrow("faulty: update failed before it reached the store");
    expect(await inner.read("a")).toEqual(record);
    expect(await outer.touch("a", START, START + 5, 1)).toBe("saved");
  });

  it("after the store was reached leaves it changed", async () => {
    const { inner, outer } = await setUp(failing("after"));
    await expect(outer.update("a", next, 1)).rejects.toThrow(
      "faulty: update reached the store, but its answer was lost",
    );
    expect(await inner.read("a")).toEqual(next);
  });

  it("is asked about every operation, with its id", async () => {
    const asked: string[][] = [];
    const { outer } = await setUp({ failure: (...call) => void asked.push(call) });
    await outer.read("a");
    await outer.create("b", record);
    await outer.update("b", next, 1);
    await outer.touch("b", START, START, 2);
    await outer.delete("b");
    await outer.list?.("ada");
    await outer.sweep?.();
    const ofB = ["create", "update", "touch", "delete"].map((operation) => [operation, "b"]);
    expect(asked).toEqual([["read", "a"], ...ofB, ["list", "ada"], ["sweep", ""]]);
  });

  it("comes as often as a number says, in both places", async () => {
    expect((await outcomes({ failure: 0 })).failed).toBe(0);
    expect((await outcomes({ failure: 1 })).failed).toBe(200);
    const { failed, lost } = await outcomes({ failure: 0.5 });
    expect(failed).toBeGreaterThan(20);
    expect(failed).toBeLessThan(180);
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(failed);
  });
});

/** How many of 200 reads failed, and how many of those after they had reached the store. */
async function outcomes(options: FaultyOptions): Promise<{ failed: number; lost: number }> {
  const { outer } = await setUp(options);
  const results = await Promise.allSettled(Array.from({ length: 200 }, () => outer.read("a")));
  const reasons = results.flatMap((result) => (result.status === "rejected" ? [String(result.reason)] : []));
  return { failed: reasons.length, lost: reasons.filter((reason) => reason.includes("answer was lost")).length };
}

describe("conflict", () => {
  it("answers that another was first, to an update and to a touch, and writes nothing", async () => {
    let conflicts = 2;
    const { inner, outer } = await setUp({ conflict: (id) => id === "a" && conflicts-- > 0 });
    expect(await outer.update("a", next, 1)).toBe("changed");
    expect(await outer.touch("a", START + 1, START + 90, 1)).toBe("changed");
    expect(await inner.read("a")).toEqual(record);
    expect(await outer.touch("a", START + 1, START + 90, 1)).toBe("saved");
    expect(await outer.update("a", next, 1)).toBe("saved");
  });

  it("can be certain, or excluded", async () => {
    const { outer: always } = await setUp({ conflict: 1 });
    expect(await always.update("a", next, 1)).toBe("changed");
    const { outer: never } = await setUp({ conflict: 0 });
    expect(await never.update("a", next, 1)).toBe("saved");
  });
});

it.each<[FaultyOptions, RegExp]>([
  [{ latency: -1 }, /^latency must be milliseconds, or a function/],
  [{ latency: Number.NaN }, /^latency/],
  [{ failure: 1.1 }, /^failure must be a number from 0 to 1, or a function/],
  [{ failure: -0.1 }, /^failure/],
  [{ conflict: 2 }, /^conflict must be a number from 0 to 1, or a function/],
])("throws on %o", (options, message) => {
  expect(() => faulty(memoryStore(), options)).toThrow(message);
});
