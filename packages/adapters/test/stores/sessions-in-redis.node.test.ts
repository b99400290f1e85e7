import { createSessions, type Sessions } from "@websession/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redisStore } from "../../src/stores/redis.ts";
import { ioRedis, ioRedisCluster, nodeRedis, nodeRedisCluster, Tap } from "./redis-helpers.ts";
import { noRedis, startRedis, startRedisCluster } from "./servers/redis.ts";
import type { ServerProcess } from "./servers/server-process.ts";
import { concurrencyCases } from "./sessions-in.ts";

const secrets = "a secret for the tests of stores, long enough";
const request = (cookie?: string) => new Request("https://example.com/", cookie ? { headers: { cookie } } : {});
const cookieOf = (response: Response) => String(response.headers.getSetCookie()[0]?.split(";")[0]);

type Session = Awaited<ReturnType<Sessions["load"]>>;

function visit(sessions: Sessions, cookie: string | undefined, act: (session: Session) => unknown): Promise<Response> {
  return sessions.handle(request(cookie), async (session) => {
    await act(session);
    return new Response("ok");
  });
}

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
      for (const { name, run } of concurrencyCases(redisStore(client))) it(name, run, 60_000);
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
    const copy = cookieOf(await visit(cached, undefined, (session) => session.set("a", 1)));
    expect(await cost(cached, copy, read)).toBe(0);
  });
});

describe.skipIf(noRedis)("sessions in a Redis that fails", () => {
  let server: ServerProcess;
  let connection: Awaited<ReturnType<typeof nodeRedis>>;
  let sessions: Sessions;
  let cookie: string;

  beforeAll(async () => {
    server = await startRedis({ durable: true });
    connection = await nodeRedis(server.port);
    sessions = createSessions({ secrets, store: redisStore(connection.client), storeTimeout: 300 });
    cookie = cookieOf(await visit(sessions, undefined, (session) => session.set("user", "ada")));
  });
  afterAll(async () => {
    connection?.close();
    await server?.stop();
  });

  /** Requests in the meantime: all fail, none hangs, none gets as far as a cookie. */
  async function fail(): Promise<void> {
    const acts = [(s: Session) => s.get("user"), (s: Session) => s.set("b", 1), (s: Session) => s.destroy()];
    const results = await Promise.allSettled(acts.map((act) => visit(sessions, cookie, act)));
    for (const result of results) expect(result).toMatchObject({ status: "rejected", reason: { code: "ERR_STORE" } });
  }

  async function recover(): Promise<void> {
    for (;;) {
      const loaded = await sessions.load(request(cookie)).catch(() => undefined);
      if (loaded === undefined) continue;
      expect([loaded.isNew, loaded.get("user")]).toEqual([false, "ada"]);
      return;
    }
  }

  it("are errors while it is frozen, and there again when it wakes", async () => {
    await server.freeze();
    await fail();
    server.resume();
    await recover();
  }, 30_000);

  it("are errors while it is dead, and there again when it is back", async () => {
    await server.kill();
    await fail();
    await server.start();
    await recover();
  }, 30_000);

  it("work for strangers all the while", async () => {
    await server.freeze();
    const response = await visit(sessions, undefined, (session) => session.has("user"));
    server.resume();
    expect(response.status).toBe(200);
    await recover();
  }, 30_000);
});
