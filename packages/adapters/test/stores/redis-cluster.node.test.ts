import { storeContract } from "@websession/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aRecord, newId } from "./records.ts";
import { idsOf, ioRedis, ioRedisCluster, nodeRedisCluster, operationsOf, readsOf } from "./redis-helpers.ts";
import { addReplica, noRedis, startRedisCluster } from "./servers/redis.ts";
import type { ServerProcess } from "./servers/server-process.ts";

const nodes = noRedis ? [] : await startRedisCluster();
const ports = nodes.map(({ port }) => port);
afterAll(() => Promise.all(nodes.map((node) => node.stop())));

const kinds = [
  ["redis", nodeRedisCluster],
  ["ioredis", ioRedisCluster],
] as const;

describe.skipIf(noRedis).each(kinds)("redisStore with the cluster client of %s", async (_, connectTo) => {
  if (noRedis) return void it("needs a Redis", () => {});
  const { client, close } = await connectTo(ports);
  afterAll(close);
  const store = operationsOf(client);

  for (const { name, run } of storeContract(store, { many: 2000 })) it(name, run, 20_000);

  it.each(["two words\n\tand lines", "{ada}", "}{", "👩‍🚀 Ada", "x".repeat(65_536)])(
    "finds the sessions of any owner, whatever slot it has: %.20j",
    async (text) => {
      const [owner, id] = [`${text}${newId()}`, newId()];
      await store.create(id, aRecord({ owner }));
      expect(await idsOf(store, owner)).toEqual([id]);
    },
  );

  it("spreads the sessions of an owner over all nodes, and lists them all", async () => {
    const owner = `ada ${newId()}`;
    const ids = Array.from({ length: 30 }, newId).sort();
    await Promise.all(ids.map((id) => store.create(id, aRecord({ owner }))));
    expect((await idsOf(store, owner)).sort()).toEqual(ids);
    expect(await Promise.all(ports.map((port) => countOf(port, ids)))).not.toContain(0);
  });
});

describe.skipIf(noRedis)("redisStore with a client that is told to read from replicas", () => {
  let replica: ServerProcess;
  beforeAll(async () => {
    replica = await addReplica(nodes);
  }, 30_000);
  afterAll(() => replica?.stop());

  it.each(kinds)("reads from the master: what was revoked a moment ago must not be read (%s)", async (_, connectTo) => {
    const { client, close } = await connectTo(ports, true);
    const store = operationsOf(client);
    const asker = await ioRedis(replica.port);
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
    close();
  });
});

/** How many of these are on the node itself. */
async function countOf(port: number, ids: string[]): Promise<number> {
  const { client, close } = await ioRedis(port);
  const keys = await client.keys("session:*");
  close();
  return ids.filter((id) => keys.includes(`session:${id}`)).length;
}
