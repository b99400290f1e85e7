import { storeContract } from "@websession/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aRecord, newId } from "./records.ts";
import {
  type Connection,
  ioRedis,
  ioRedisSentinel,
  nodeRedisSentinel,
  operationsOf,
  readsOf,
} from "./redis-helpers.ts";
import { noRedis, startRedisSentinel } from "./servers/redis.ts";
import { say, until } from "./servers/server-process.ts";

const servers = noRedis ? undefined : await startRedisSentinel();
afterAll(() => Promise.all(Object.values(servers ?? {}).map((server) => server.stop())));

const kinds = [
  ["redis, which reads from replicas", nodeRedisSentinel],
  ["ioredis", ioRedisSentinel],
] as const;

describe.skipIf(noRedis)("redisStore by a sentinel", () => {
  const connections: Connection[] = [];
  beforeAll(async () => {
    for (const [, connectTo] of kinds) connections.push(await connectTo(Number(servers?.sentinel.port)));
  });
  afterAll(() => {
    for (const { close } of connections) close();
  });
  const storeOf = (index: number) => operationsOf(connections[index]?.client ?? expect.unreachable("no client"));

  describe.each(kinds.map(([kind], index) => [kind, index] as const))("with the client of %s", (_, index) => {
    it("keeps the contract of a store", async () => {
      for (const { run } of storeContract(storeOf(index), { many: 200 })) await run();
    }, 30_000);

    it("reads from the master: what was revoked a moment ago must not be read", async () => {
      const store = storeOf(index);
      const asker = await ioRedis(Number(servers?.replica.port));
      await asker.client.config("RESETSTAT");
      for (let times = 0; times < 60; times++) {
        const id = newId();
        await store.create(id, aRecord());
        expect(await store.read(id)).toBeDefined();
        await store.delete(id);
        expect(await store.read(id)).toBeUndefined();
      }
      expect(await readsOf(asker.client)).toBe(0);
      asker.close();
    });
  });

  it("goes on with the new master after a failover", async () => {
    const id = newId();
    await storeOf(0).create(id, aRecord());
    const [former, present] = [
      await ioRedis(Number(servers?.master.port)),
      await ioRedis(Number(servers?.replica.port)),
    ];
    await former.client.wait(1, 5000);
    await say(Number(servers?.sentinel.port), "SENTINEL FAILOVER sessions");
    await until(async () => (await present.client.info("replication")).includes("role:master"));
    await servers?.master.kill();
    for (const [index] of kinds.entries()) {
      const [store, version] = [storeOf(index), index + 2];
      await until(async () => (await store.update(id, aRecord({ version }), version - 1)) === "saved");
      expect(await store.read(id)).toMatchObject({ version });
      expect(await present.client.hget(`session:${id}`, "version")).toBe(String(version));
    }
    for (const { close } of [former, present]) close();
  }, 30_000);
});
