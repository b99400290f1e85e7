import type { SessionRecord } from "@websession/core";
import { storeContract } from "@websession/core/testing";
import { afterAll, describe, expect, it } from "vitest";
import { type DenoKv, denoKvStore } from "../../src/stores/deno-kv.ts";
import { concurrencyCases, PATIENCE, ROUNDS } from "./sessions-in.ts";

interface OpenKv extends DenoKv {
  list(selector: { prefix: readonly string[] }): AsyncIterable<{ key: readonly unknown[]; value: unknown }>;
  close(): void;
}

declare const Deno: { openKv(path: string): Promise<OpenKv> };

const kv = await Deno.openKv(":memory:");
const store = denoKvStore(kv).operations;
afterAll(() => kv.close());

const newId = () => crypto.randomUUID();

function aRecord(given: Partial<SessionRecord> = {}): SessionRecord {
  const now = Math.floor(Date.now() / 1000);
  return { version: 1, data: "{}", createdAt: now, usedAt: now, expiresAt: now + 3600, ...given };
}

async function keysUnder(...prefix: string[]): Promise<string[]> {
  const keys = [];
  for await (const { key } of kv.list({ prefix })) keys.push(key.join(" "));
  return keys;
}

describe("denoKvStore", () => {
  for (const { name, run } of storeContract(store)) it(name, run, 60_000);
  for (const { name, run } of concurrencyCases(denoKvStore(kv), { rounds: ROUNDS.once })) it(name, run, PATIENCE);

  it("moves the index by owner together with the record", async () => {
    const id = newId();
    const own = denoKvStore(kv, { prefix: ["app", "s"] }).operations;
    await own.create(id, aRecord({ owner: "ada" }));
    expect(await keysUnder("app")).toEqual([`app s id ${id}`, `app s owner ada ${id}`]);
    await own.update(id, aRecord({ owner: "bob", version: 2 }), 1);
    expect(await keysUnder("app")).toEqual([`app s id ${id}`, `app s owner bob ${id}`]);
    await own.delete(id);
    expect(await keysUnder("app")).toEqual([]);
  });

  it("lets Deno KV remove what has expired, index included", async () => {
    const expirations: unknown[] = [];
    const atomic: DenoKv["atomic"] = () => {
      const operation = kv.atomic();
      const set = operation.set.bind(operation);
      operation.set = (key, value, options) => {
        expirations.push(options.expireIn);
        return set(key, value, options);
      };
      return operation;
    };
    const watched: DenoKv = { get: (key) => kv.get(key), list: (selector) => kv.list(selector), atomic };
    const id = newId();
    const record = aRecord({ owner: "ada" });
    await denoKvStore(watched).operations.create(id, record);
    await denoKvStore(watched).operations.touch(id, record.usedAt, record.expiresAt + 3600, 1);
    const hours = expirations.map((milliseconds) => Math.ceil(Number(milliseconds) / 3_600_000));
    expect(hours).toEqual([1, 1, 2, 2]);
  });

  it("rejects what is too large, with Deno's own error", async () => {
    await expect(store.create(newId(), aRecord({ data: "x".repeat(70_000) }))).rejects.toThrow(/too large/);
  });

  it("refuses what can't work, and tells the cure", () => {
    // @ts-expect-error a promise of a database
    expect(() => denoKvStore(Deno.openKv(":memory:"))).toThrow(/await Deno\.openKv/);
    // @ts-expect-error not a list
    expect(() => denoKvStore(kv, { prefix: "sessions" })).toThrow(/^denoKvStore: prefix must be/);
  });
});
