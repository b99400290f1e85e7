import { createSessions, type Sessions } from "@websession/core";
import { afterAll, describe, expect, it } from "vitest";
import { redisStore } from "../../src/stores/redis.ts";
import { ioRedis, ioRedisCluster, nodeRedis, nodeRedisCluster, Tap } from "./redis-helpers.ts";
import { noRedis, startRedis, startRedisCluster } from "./servers/redis.ts";
import { concurrencyCases, PATIENCE } from "./sessions-in.ts";
import { cookieOf, type Session, secrets, visit } from "./visits.ts";

describe.skipIf(noRedis)("sessions in Redis", async () => {
  if (noRedis) return void it("need a Redis", () => {});
  const server = await startRedis();
  const nodes = await startRedisCluster();
  const ports = nodes.map(({ port }) => port);
  const connections = {
    "node-redis": await nodeRedis(server.port),
    ioredis: await ioRedis(server.port),
    "a cluster, node-redis": await nodeRedisCluster(ports),
    "a cluster, ioredis": await ioRedisCluster(ports),
  };
  afterAll(async () => {
    for (const { close } of Object.values(connections)) close();
    await Promise.all([server, ...nodes].map((each) => each.stop()));
  });

  for (const [name, { client }] of Object.entries(connections)) {
    describe(name, () => {
      for (const { name, run } of concurrencyCases(redisStore(client))) it(name, run, PATIENCE);
    });
  }

  it("cost one round trip for a read, two for a write, three for a login, none for a copy or a stranger", async () => {
    const tap = new Tap(connections.ioredis.client);
    const cost = async (sessions: Sessions, cookie: string | undefined, act: (session: Session) => unknown) =>
      (await tap.cost(() => visit(sessions, cookie, act))).trips;
    const store = redisStore(tap.client);
    const sessions = createSessions({ secrets, store });
    const cookie = cookieOf(await visit(sessions, undefined, (session) => session.set("a", 1)));
    const read = (session: Session) => session.get("a");
    // Each script is sent and its digest made once.
    await visit(sessions, undefined, (session) => session.login("somebody"));
    expect(await cost(sessions, undefined, read)).toBe(0);
    expect(await cost(sessions, cookie, read)).toBe(1);
    expect(await cost(sessions, cookie, (session) => session.set("a", 2))).toBe(2);
    expect(await cost(sessions, cookie, (session) => session.login("ada"))).toBe(3);
    const cached = createSessions({ secrets, store, cacheFor: 60 });
    const copied = await visit(cached, undefined, (session) => session.set("a", 1));
    const both = copied.headers.getSetCookie().map((line) => line.split(";")[0]);
    expect(await cost(cached, both.join("; "), read)).toBe(0);
  });
});
