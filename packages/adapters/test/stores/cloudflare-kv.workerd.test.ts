import type { SessionRecord } from "@websession/core";
import { storeContract } from "@websession/core/testing";
import { describe, expect, it } from "vitest";
import { cloudflareKv, type KvNamespace } from "../../src/stores/cloudflare-kv.ts";
import { KV } from "./cloudflare-bindings.ts";

const START = 1_795_305_600;

function aRecord(given: Partial<SessionRecord> = {}): SessionRecord {
  return { version: 1, data: "{}", createdAt: START, usedAt: START, expiresAt: START + 3600, ...given };
}

describe("the contract", () => {
  let passed = 0;
  const { operations } = cloudflareKv(KV, { now: () => Date.now() + passed * 1000 });
  const advance = (seconds: number) => {
    passed += seconds;
  };
  for (const { name, run } of storeContract(operations, { many: 500, advance })) it(name, run, 20_000);

  it("has no cases of compare-and-set: the last writer wins", async () => {
    expect(operations.atomic).toBe(false);
    const id = crypto.randomUUID();
    await operations.create(id, aRecord({ expiresAt: START * 2 }));
    expect(await operations.update(id, aRecord({ version: 9, expiresAt: START * 2 }), 8)).toBe("saved");
  });
});

describe("the keys in the namespace", () => {
  /** Puts as they were asked for. */
  function setUp(options?: { prefix: string }) {
    const puts: { key: string; ttl: number }[] = [];
    const namespace: KvNamespace = {
      get: (key) => KV.get(key),
      put: (key, value, { expirationTtl: ttl }) => {
        puts.push({ key, ttl });
        return KV.put(key, value, { expirationTtl: ttl });
      },
      delete: (key) => KV.delete(key),
    };
    return { store: cloudflareKv(namespace, { ...options, now: () => START * 1000 }).operations, puts };
  }

  it("live as long as the session, but never less than the minute that KV demands", async () => {
    const { store, puts } = setUp();
    const id = crypto.randomUUID();
    await store.create(id, aRecord());
    await store.touch(id, START, START + 60, 1);
    await store.update(id, aRecord({ version: 2, expiresAt: START + 59 }), 1);
    await store.touch(id, START, START - 100, 2);
    expect(puts.map(({ ttl }) => ttl)).toEqual([3600, 60, 60, 60]);
    expect(await KV.get(`session:${id}`)).not.toBeNull();
    expect(await store.read(id)).toBeUndefined();
  });

  it("begin with the prefix", async () => {
    const { store, puts } = setUp({ prefix: "shop/" });
    const id = crypto.randomUUID();
    await store.create(id, aRecord());
    expect(puts.map(({ key }) => key)).toEqual([`shop/${id}`]);
    await store.delete(id);
    expect(await KV.get(`shop/${id}`)).toBeNull();
  });

  it("are never too long", () => {
    expect(() => cloudflareKv(KV, { prefix: "é".repeat(200) })).not.toThrow();
    const create = () => cloudflareKv(KV, { prefix: `${"é".repeat(200)}x` });
    expect(create).toThrow(/^prefix must have up to 400 bytes, but has 401/);
  });
});

it("says what to do where the binding is missing", () => {
  const create = cloudflareKv as (namespace: unknown) => unknown;
  expect(() => create(undefined)).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  expect(() => create(undefined)).toThrow(
    /^namespace must be a KV binding, but is undefined\. Is its name in wrangler/,
  );
});
