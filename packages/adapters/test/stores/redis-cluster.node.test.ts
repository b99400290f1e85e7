import { storeContract } from "@websession/core/testing";
import { afterAll, describe, expect, it } from "vitest";
import { aRecord, newId } from "./records.ts";
import { idsOf, ioRedis, ioRedisCluster, nodeRedisCluster, operationsOf } from "./redis-helpers.ts";
import { noRedis, startRedisCluster } from "./servers/redis.ts";

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

  it("spreads the sessions of an owner over all nodes, and lists them all", async () => {
    const owner = `ada ${newId()}`;
    const ids = Array.from({ length: 30 }, newId).sort();
    await Promise.all(ids.map((id) => store.create(id, aRecord({ owner }))));
    expect((await idsOf(store, owner)).sort()).toEqual(ids);
    expect(await Promise.all(ports.map((port) => countOf(port, ids)))).not.toContain(0);
  });
});

/** How many of these are on the node itself. */
async function countOf(port: number, ids: string[]): Promise<number> {
  const { client, close } = await ioRedis(port);
  const keys = await client.keys("session:*");
  close();
  return ids.filter((id) => keys.includes(`session:${id}`)).length;
}
