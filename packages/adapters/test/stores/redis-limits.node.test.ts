import { createSessions, type Session } from "@websession/core";
import { Redis } from "ioredis";
import { createClient, RESP_TYPES } from "redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redisStore } from "../../src/stores/redis.ts";
import { aRecord, newId } from "./records.ts";
import { noRedis, startRedis } from "./servers/redis.ts";
import type { ServerProcess } from "./servers/server-process.ts";
import { secrets } from "./sessions-in.ts";

const MAX_MEMORY = 5 * 1024 * 1024;

describe.skipIf(noRedis)("redisStore where Redis has no more memory", () => {
  let server: ServerProcess;
  let client: Redis;
  beforeAll(async () => {
    server = await startRedis({ small: true });
    client = new Redis(server.port, "127.0.0.1");
  });
  afterAll(async () => {
    client?.disconnect();
    await server?.stop();
  });

  it("fails to write as a plain SET does, keeps what is there, and still reads, lists and deletes", async () => {
    const { operations: store } = redisStore(client);
    const [id, owner] = [newId(), `ada ${newId()}`];
    const record = aRecord({ owner, data: '"kept"' });
    await store.create(id, record);
    const large = aRecord({ version: 2, owner, data: JSON.stringify("y".repeat(10_000)) });
    let saved = 0;
    for (; saved < 2000; saved++) if (!(await store.create(newId(), large).catch(() => false))) break;
    expect(saved).toBeLessThan(1000);
    // Lower still, so that what Redis frees of its buffers meanwhile makes no room.
    await client.config("SET", "maxmemory", MAX_MEMORY / 2);
    await expect(client.set("a plain SET", "x")).rejects.toThrow(/^OOM/);

    const writes = [
      store.create(newId(), aRecord()),
      store.update(id, large, 1),
      store.touch(id, 1, record.expiresAt, 1),
    ];
    for (const write of [...writes]) await expect(write).rejects.toThrow(/^OOM/);
    expect(Number(/used_memory:(\d+)/.exec(await client.info("memory"))?.[1])).toBeLessThan(1.2 * MAX_MEMORY);
    expect(await store.read(id)).toEqual(record);
    expect((await store.list?.(owner))?.length).toBeGreaterThan(0);
    await store.delete(id);
    expect(await store.read(id)).toBeUndefined();
  }, 60_000);

  it("ends sessions one by one and all of an owner, also by emptying them", async () => {
    await client.config("SET", "maxmemory", 0);
    const sessions = createSessions({ secrets, store: redisStore(client, { prefix: "ends:" }) });
    const visit = async (cookie: string, handler: (session: Session) => unknown) => {
      const sent = new Request("https://example.com/", { headers: { cookie } });
      const response = await sessions.handle(sent, (session) => new Response(String(handler(session))));
      return String(response.headers.getSetCookie()[0]?.split(";")[0]);
    };
    const cookies = [];
    for (let i = 0; i < 3; i++) cookies.push(await visit("", (session) => session.login("ada")));
    const anonymous = await visit("", (session) => session.set("a", 1));
    await client.config("SET", "maxmemory", 1);
    await visit(anonymous, (session) => session.clear());
    await visit(String(cookies[0]), (session) => session.destroy());
    expect(await sessions.revokeAll("ada")).toBe(2);
    expect(await sessions.list("ada")).toEqual([]);
    for (const cookie of [...cookies, anonymous]) await visit(cookie, (session) => expect(session.size).toBe(0));
    await client.config("SET", "maxmemory", MAX_MEMORY);
  });
});

describe.skipIf(noRedis)("redisStore with a client that gives its texts as bytes", () => {
  it("keeps sessions as with any other", async () => {
    const server = await startRedis();
    const client = createClient({ url: `redis://127.0.0.1:${server.port}` });
    await client.connect();
    const bytes = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    const [texts, mapped] = [client, bytes].map((each) => createSessions({ secrets, store: redisStore(each) }));
    const visit = async (sessions: typeof texts, cookie: string, act: (session: Session) => unknown) =>
      sessions?.handle(new Request("https://example.com/", { headers: { cookie } }), async (session) => {
        await act(session);
        return new Response("ok");
      });
    const answer = await visit(texts, "", (session) => session.set("n", 1).login("ada"));
    const cookie = String(answer?.headers.getSetCookie()[0]?.split(";")[0]);
    await visit(mapped, cookie, async (session) => {
      expect([session.owner, session.get("n")]).toEqual(["ada", 1]);
      await session.update("n", (n) => Number(n) + 1);
    });
    await visit(texts, cookie, (session) => expect(session.get("n")).toBe(2));
    expect(await mapped?.list("ada")).toHaveLength(1);
    client.destroy();
    await server.stop();
  });
});
