import { storeContract } from "@websession/core/testing";
import { Redis } from "ioredis";
import { createClient, createClientPool, RESP_TYPES } from "redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aRecord, newId } from "./records.ts";
import { type Connection, operationsOf } from "./redis-helpers.ts";
import { noRedis, startRedis } from "./servers/redis.ts";

const server = noRedis ? undefined : await startRedis();
afterAll(() => server?.stop());

const host = "127.0.0.1";
const port = server?.port ?? 0;
const socket = { host, port };

type Redises = Awaited<ReturnType<ReturnType<typeof createClient>["connect"]>>;

const open = async (client: Redises | ReturnType<typeof createClientPool>): Promise<Connection> => {
  await client.connect();
  return { client, close: () => void client.destroy() };
};
const mapped = async (typeMapping: Parameters<Redises["withTypeMapping"]>[0]): Promise<Connection> => {
  const client = await createClient({ socket }).connect();
  return { client: client.withTypeMapping(typeMapping), close: () => client.destroy() };
};
const ioRedis = async (options: object): Promise<Connection & { client: Redis }> => {
  const client = new Redis({ ...socket, ...options });
  return { client, close: () => client.disconnect() };
};
/** As a library around the client may do it: its options can't be seen, so neither can `scaleReads`. */
const wrapped = async (): Promise<Connection> => {
  const { client, close } = await ioRedis({});
  const { eval: byText, evalsha, hmget } = client;
  return { client: { eval: byText.bind(client), evalsha: evalsha.bind(client), hmget: hmget.bind(client) }, close };
};

const kinds: [kind: string, connect: () => Promise<Connection>, readsBy: "hmget" | "evalsha"][] = [
  ["redis", () => open(createClient({ socket }) as Redises), "hmget"],
  ["redis, RESP2", () => open(createClient({ socket, RESP: 2 }) as Redises), "hmget"],
  ["redis, a pool", () => open(createClientPool({ socket })), "hmget"],
  ["redis, texts as bytes", () => mapped({ [RESP_TYPES.BLOB_STRING]: Buffer }), "hmget"],
  ["redis, numbers as texts", () => mapped({ [RESP_TYPES.NUMBER]: String, [RESP_TYPES.MAP]: Map }), "hmget"],
  ["redis, a cache of its own", () => open(createClient({ socket, clientSideCache: {} }) as Redises), "evalsha"],
  ["redis, a pool with a cache", () => open(createClientPool({ socket }, { clientSideCache: {} })), "evalsha"],
  ["ioredis", () => ioRedis({}), "hmget"],
  ["ioredis, RESP2", () => ioRedis({ protocol: 2 }), "hmget"],
  ["ioredis, replies as RESP3", () => ioRedis({ replyMapping: "resp3" }), "hmget"],
  ["ioredis, numbers as texts", () => ioRedis({ stringNumbers: true, enableAutoPipelining: true }), "hmget"],
  ["ioredis, wrapped", wrapped, "evalsha"],
];

describe.skipIf(noRedis).each(kinds)("redisStore with a client of %s", (_, connect, readsBy) => {
  let connection: Connection;
  beforeAll(async () => {
    connection = await connect();
  });
  afterAll(() => connection?.close());

  it("keeps the contract of a store", async () => {
    for (const { run } of storeContract(operationsOf(connection.client), { many: 200 })) await run();
  }, 30_000);

  it(`reads with one command: ${readsBy}`, async () => {
    const store = operationsOf(connection.client);
    const [id, asker] = [newId(), await ioRedis({})];
    await store.create(id, aRecord());
    await store.read(id);
    await asker.client.config("RESETSTAT");
    for (let times = 0; times < 3; times++) await store.read(id);
    const stats = await asker.client.info("commandstats");
    asker.close();
    expect(stats).toContain(`cmdstat_${readsBy}:calls=3,`);
    if (readsBy === "hmget") expect(stats).not.toContain("cmdstat_eval");
  });
});
