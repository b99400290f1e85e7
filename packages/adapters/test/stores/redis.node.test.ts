import { createSessions, type Session, type SessionRecord } from "@websession/core";
import { storeContract } from "@websession/core/testing";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { redisStore } from "../../src/stores/redis.ts";
import { aRecord, newId, seconds } from "./records.ts";
import { idsOf, ioRedis, nodeRedis, type OwnerStore, operationsOf, Tap } from "./redis-helpers.ts";
import { CuttingProxy } from "./servers/cutting-proxy.ts";
import { noRedis, startRedis } from "./servers/redis.ts";
import { secrets } from "./sessions-in.ts";

const server = noRedis ? undefined : await startRedis();
const port = server?.port ?? 0;
afterAll(() => server?.stop());

const kinds = [
  ["redis", nodeRedis],
  ["ioredis", ioRedis],
] as const;

describe.skipIf(noRedis).each(kinds)("redisStore with %s", async (_, connectTo) => {
  if (noRedis) return void it("needs a Redis", () => {});
  const { client, close } = await connectTo(port);
  afterAll(close);
  const store = operationsOf(client);

  for (const { name, run } of storeContract(store)) it(name, run, 20_000);

  it("sends the scripts again to a server that has forgotten them", async () => {
    const asker = await ioRedis(port);
    await asker.client.script("FLUSH");
    asker.close();
    const id = newId();
    expect(await store.create(id, aRecord({ owner: "ada" }))).toBe(true);
    expect(await store.update(id, aRecord({ version: 2 }), 1)).toBe("saved");
    expect(await store.read(id)).toMatchObject({ version: 2 });
  });

  it("passes on what Redis has to complain about", async () => {
    const asker = await ioRedis(port);
    const id = newId();
    await asker.client.set(`session:${id}`, "a text of someone else's");
    asker.close();
    await expect(store.update(id, aRecord(), 1)).rejects.toThrow("WRONGTYPE");
    await expect(store.create(id, aRecord())).rejects.toThrow("WRONGTYPE");
  });

  const others: [what: string, make: (redis: Redis, key: string) => Promise<unknown>][] = [
    ["a text", (redis, key) => redis.set(key, '{"cookie":{}}')],
    ["a list", (redis, key) => redis.rpush(key, "a")],
    ["a hash that lacks a time", (redis, key) => redis.hdel(key, "expiresAt")],
    ["a hash that lacks the version", (redis, key) => redis.hdel(key, "version")],
    ["a hash that lacks the data", (redis, key) => redis.hdel(key, "data")],
    ["a hash that lacks both", (redis, key) => redis.hdel(key, "version", "data")],
    ["a hash with a time that is no number", (redis, key) => redis.hset(key, "usedAt", "yesterday")],
    ["a hash with a version that is written otherwise", (redis, key) => redis.hset(key, "version", "01")],
    ["a hash with other data", (redis, key) => redis.hset(key, "data", "b:0;")],
  ];
  it("keeps a session whose mark of the index was lost", async () => {
    const asker = await ioRedis(port);
    const [id, owner] = [newId(), `ada ${newId()}`];
    await store.create(id, aRecord({ owner }));
    await asker.client.hdel(`session:${id}`, "indexed");
    expect(await store.touch(id, seconds(), seconds() + 3700, 1)).toBe("saved");
    await asker.client.hset(`session:${id}`, "indexed", "no number");
    expect(await store.update(id, aRecord({ owner, version: 2, createdAt: seconds() - 60 }), 1)).toBe("saved");
    expect(await idsOf(store, owner)).toEqual([id]);
    asker.close();
  });

  it.each(others)("makes %s under the key of a session an error once, and then a new session", async (what, make) => {
    const asker = await ioRedis(port);
    const sessions = createSessions({ secrets, store: redisStore(client) });
    const visit = (cookie: string, handler: (session: Session) => unknown) =>
      sessions.handle(new Request("http://a/", { headers: { cookie } }), (session) => {
        handler(session);
        return new Response();
      });
    let id = "";
    const begun = await visit("", (session) => {
      session.set("a", 1);
      id = session.id;
    });
    const cookie = String(begun.headers.getSetCookie()[0]?.split(";")[0]);
    const key = `session:${id}`;
    if (!what.includes("hash")) await asker.client.del(key);
    await make(asker.client, key);
    await expect(visit(cookie, (session) => session.size)).rejects.toThrow(/what is no record of a session/);
    await visit(cookie, (session) => expect([session.size, session.ended]).toEqual([0, "revoked"]));
    expect(await asker.client.exists(key)).toBe(0);
    asker.close();
  });

  it.each(["two words\n\tand lines", "{ada}", "}{", "👩‍🚀 Ada", "a:b*?[c]", "x".repeat(65_536)])(
    "finds the sessions of any owner: %.20j",
    async (text) => {
      const [owner, other, id] = [`${text}${newId()}`, `${text} ${newId()}`, newId()];
      await store.create(id, aRecord({ owner }));
      expect(await idsOf(store, owner)).toEqual([id]);
      expect(await idsOf(store, other)).toEqual([]);
      expect((await store.read(id))?.owner).toBe(owner);
      await store.delete(id);
      expect(await idsOf(store, owner)).toEqual([]);
    },
  );
});

describe.skipIf(noRedis)("redisStore on the server", () => {
  let asker: Awaited<ReturnType<typeof ioRedis>>;
  let store: OwnerStore;
  let tap: Tap;
  beforeAll(async () => {
    asker = await ioRedis(port);
  });
  beforeEach(() => {
    tap = new Tap(asker.client);
    store = operationsOf(tap.client);
  });
  afterAll(() => asker?.close());

  it("names its keys by the prefix", async () => {
    const [id, owner] = [newId(), `ada ${newId()}`];
    await operationsOf(asker.client, { prefix: "{app}:" }).create(id, aRecord({ owner }));
    expect(await asker.client.hget(`{app}:${id}`, "data")).toBe("0");
    expect(await asker.client.zrange(`{app}:owner:${owner}`, "0", "-1")).toEqual([id]);
  });

  it("lets Redis remove the record at its second, and the index later", async () => {
    const [id, owner] = [newId(), `ada ${newId()}`];
    await store.create(id, aRecord({ owner, expiresAt: seconds() + 100 }));
    await store.touch(id, seconds(), seconds() + 1000, 1);
    expect(await asker.client.expiretime(`session:${id}`)).toBe((await store.read(id))?.expiresAt);
    await store.update(id, aRecord({ owner, version: 2, expiresAt: seconds() + 2000 }), 1);
    const expiresAt = Number((await store.read(id))?.expiresAt);
    expect(await asker.client.expiretime(`session:${id}`)).toBe(expiresAt);
    expect(await asker.client.expiretime(`session:owner:${owner}`)).toBeGreaterThan(expiresAt);
  });

  it("costs one trip, where the owner stays", async () => {
    const [id, owner] = [newId(), `ada ${newId()}`];
    const next: SessionRecord = aRecord({ owner, version: 2, createdAt: seconds() - 60 });
    await store.create(newId(), next);
    expect(await tap.cost(() => store.create(newId(), aRecord()))).toEqual({ sent: 1, trips: 1 });
    expect(await tap.cost(() => store.create(id, next))).toEqual({ sent: 2, trips: 1 });
    expect(await tap.cost(() => store.read(id))).toEqual({ sent: 1, trips: 1 });
    expect(await tap.cost(() => store.update(id, { ...next, version: 3 }, 2))).toEqual({ sent: 1, trips: 1 });
    expect(await tap.cost(() => store.touch(id, seconds(), seconds() + 3700, 3))).toEqual({ sent: 1, trips: 1 });
    expect(await tap.cost(() => store.list(owner))).toMatchObject({ trips: 2 });
  });

  it("goes back to the index when a session outlives what it was told", async () => {
    const [touched, updated, owner] = [newId(), newId(), `ada ${newId()}`];
    for (const id of [touched, updated]) await store.create(id, aRecord({ owner, expiresAt: seconds() + 100 }));
    const later = seconds() + 100_000;
    await store.touch(touched, seconds(), later, 1);
    await store.update(updated, aRecord({ version: 2, owner, expiresAt: later }), 1);
    for (const id of [touched, updated]) {
      expect(Number(await asker.client.zscore(`session:owner:${owner}`, id))).toBeGreaterThan(later);
    }
  });
});

describe.skipIf(noRedis)("redisStore's index by owner", () => {
  let asker: Awaited<ReturnType<typeof ioRedis>>;
  let [owner, id] = ["", ""];
  beforeAll(async () => {
    asker = await ioRedis(port);
  });
  beforeEach(() => {
    [owner, id] = [`ada ${newId()}`, newId()];
  });
  afterAll(() => asker?.close());

  /** A store whose process dies before it sends the script of this number. */
  function dyingBefore(number: number): OwnerStore {
    const tap = new Tap(asker.client);
    tap.before = (sent) => {
      if (sent >= number) throw new Error("died");
    };
    return operationsOf(tap.client);
  }

  it("names nothing of a session whose creator died on the way", async () => {
    const store = operationsOf(asker.client);
    await expect(dyingBefore(1).create(id, aRecord({ owner }))).rejects.toThrow("died");
    expect(await idsOf(store, owner)).toEqual([]);
    const tap = new Tap(asker.client);
    tap.before = (_, key) => {
      if (key.endsWith(id)) throw new Error("died");
    };
    await expect(operationsOf(tap.client).create(id, aRecord({ owner }))).rejects.toThrow("died");
    expect(await untilIndexed(store)).toEqual([]);
    expect(await asker.client.zrange(`session:owner:${owner}`, "0", "-1")).toEqual([id]);
  });

  it.each([1, 2, 3, 4, 5])("is right when the owner's change ends before script %i", async (number) => {
    const store = operationsOf(asker.client);
    const next = `bob ${newId()}`;
    await store.create(id, aRecord({ owner }));
    await dyingBefore(number)
      .update(id, aRecord({ version: 2, owner: next }), 1)
      .catch((error) => expect(error.message).toBe("died"));
    const now = (await store.read(id))?.owner;
    expect(await idsOf(store, owner)).toEqual(now === owner ? [id] : []);
    expect(await idsOf(store, next)).toEqual(now === next ? [id] : []);
  });

  it("names nothing that was deleted by a process that died on the way", async () => {
    const store = operationsOf(asker.client);
    await store.create(id, aRecord({ owner }));
    await expect(dyingBefore(2).delete(id)).rejects.toThrow("died");
    expect(await idsOf(store, owner)).toEqual([]);
  });

  it("keeps nothing of what was deleted or has gone to another", async () => {
    const store = operationsOf(asker.client);
    const other = newId();
    for (const one of [id, other]) await store.create(one, aRecord({ owner }));
    await store.delete(id);
    await store.update(other, aRecord({ version: 2 }), 1);
    expect(await asker.client.exists(`session:owner:${owner}`)).toBe(0);
  });

  it("keeps nothing whose time is up", async () => {
    const store = operationsOf(asker.client);
    await store.create(id, aRecord({ owner }));
    await asker.client.zadd(`session:owner:${owner}`, seconds() - 1, "left-behind-by-a-dead-process");
    await store.list(owner);
    expect(await asker.client.zrange(`session:owner:${owner}`, "0", "-1")).toEqual([id]);
  });

  it("does not forget a session because it was listed while being created", async () => {
    const tap = new Tap(asker.client);
    const store = operationsOf(asker.client);
    const listed: string[][] = [];
    tap.before = async (_, key) => {
      if (key.endsWith(id)) listed.push(await untilIndexed(store));
    };
    await operationsOf(tap.client).create(id, aRecord({ owner }));
    expect(listed).toEqual([[]]);
    expect(await idsOf(store, owner)).toEqual([id]);
  });

  async function untilIndexed(store: OwnerStore): Promise<string[]> {
    while ((await asker.client.exists(`session:owner:${owner}`)) === 0);
    return idsOf(store, owner);
  }

  it("does not forget a session that comes back to an owner while it is being taken away", async () => {
    const store = operationsOf(asker.client);
    await store.create(id, aRecord({ owner }));
    const tap = new Tap(asker.client);
    const scripts: number[] = [];
    tap.before = async (sent) => {
      scripts.push(sent);
      // Before its removal from the index, which is the second script, the session is back.
      if (sent === 2) expect(await store.update(id, aRecord({ version: 3, owner }), 2)).toBe("saved");
    };
    expect(await operationsOf(tap.client).update(id, aRecord({ version: 2 }), 1)).toBe("saved");
    expect(scripts).toEqual([1, 2]);
    expect(await idsOf(store, owner)).toEqual([id]);
  });
});

describe.skipIf(noRedis)("redisStore with a client that sends again what it got no answer to", () => {
  let [id, owner] = ["", ""];
  let [store, direct]: OwnerStore[] = [];
  let proxy: CuttingProxy;
  const closing: (() => void)[] = [];
  beforeAll(async () => {
    proxy = await CuttingProxy.to(port);
    const [resending, straight] = [await ioRedis(proxy.port), await ioRedis(port)];
    closing.push(resending.close, straight.close, () => proxy.close());
    [store, direct] = [operationsOf(resending.client), operationsOf(straight.client)];
    // So that every script is known, and the next answer is the one to the script itself.
    for (const operations of [store, direct]) {
      await operations.create(newId(), aRecord({ owner: "ada" }));
      await operations.update(newId(), aRecord(), 1);
    }
  });
  beforeEach(() => {
    [id, owner] = [newId(), `ada ${newId()}`];
  });
  afterAll(() => {
    for (const close of closing) close();
  });

  it("says that a record was created, not that it was there", async () => {
    proxy.cutNextAnswer();
    expect(await store?.create(id, aRecord({ owner }))).toBe(true);
    expect(await direct?.read(id)).toMatchObject({ owner });
  });

  it("says that an update was saved, not that another came first", async () => {
    await direct?.create(id, aRecord({ owner }));
    proxy.cutNextAnswer();
    expect(await store?.update(id, aRecord({ version: 2, owner, data: "1" }), 1)).toBe("saved");
    expect(await direct?.read(id)).toMatchObject({ version: 2, data: "1" });
  });
});

describe("redisStore(client, options)", () => {
  const client = { eval: async () => [], evalsha: async () => [] };

  it.each([
    [() => redisStore({} as typeof client), "redisStore: client must be a client of redis or ioredis."],
    [() => redisStore(client, { prefix: 1 as never }), "redisStore: prefix must be a string."],
    [
      () => redisStore(new Redis({ name: "a", sentinels: [{ port: 1 }], role: "slave", lazyConnect: true })),
      'redisStore: client must not have role "slave": a replica refuses writes, and may have what was revoked. Leave role out.',
    ],
  ])("refuses what can't work", (make, message) => {
    expect(make).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION", message }));
  });

  it("refuses replies that the client has changed", async () => {
    await expect(operationsOf({ ...client, evalsha: async () => "text" }).read(newId())).rejects.toThrow(TypeError);
    await expect(operationsOf(client).update(newId(), aRecord(), 1)).rejects.toThrow("unexpected reply");
  });
});
