import { createSessions, type Session } from "@websession/core";
import { storeContract } from "@websession/core/testing";
import memjs from "memjs";
import { afterAll, describe, expect, it } from "vitest";
import { memcachedStore } from "../../src/stores/memcached.ts";
import { aRecord, newId, seconds } from "./records.ts";
import { CuttingProxy } from "./servers/cutting-proxy.ts";
import { noMemcached, startMemcached } from "./servers/memcached.ts";
import { concurrencyCases, PATIENCE, secrets } from "./sessions-in.ts";

const server = noMemcached ? undefined : await startMemcached();
const port = server?.port ?? 0;

const options = { logger: { log: () => {} }, timeout: 2 };
const client = memjs.Client.create(`127.0.0.1:${port}`, options);
const store = memcachedStore(client).operations;

afterAll(() => {
  client.close();
  return server?.stop();
});

describe.skipIf(noMemcached)("memcachedStore", () => {
  for (const { name, run } of storeContract(store)) it(name, run, 20_000);
  for (const { name, run } of concurrencyCases(memcachedStore(client))) it(name, run, PATIENCE);

  it.each([
    ["its last second", 4_294_967_295],
    ["the day after tomorrow", seconds() + 172_800],
    ["60 days", seconds() + 5_184_000],
  ])("keeps a record until %s", async (_what, expiresAt) => {
    const id = newId();
    await store.create(id, aRecord());
    expect(await store.touch(id, seconds(), expiresAt, 1)).toBe("saved");
    expect(await store.read(id)).toMatchObject({ expiresAt });
  });

  it("refuses an end after 2106, where memcached's seconds begin anew, and keeps what was there", async () => {
    const id = newId();
    const record = aRecord();
    await store.create(id, record);
    const later = { expiresAt: 4_294_967_296 };
    await expect(store.create(newId(), aRecord(later))).rejects.toThrow(/2106/);
    await expect(store.update(id, aRecord({ version: 2, ...later }), 1)).rejects.toThrow(/2106/);
    await expect(store.touch(id, seconds(), later.expiresAt, 1)).rejects.toThrow(/2106/);
    expect(await store.read(id)).toEqual(record);
  });

  it.each([0, 1, 2_592_000])(
    "takes an end in 1970 (%i) for one that has passed, not for one from now on",
    async (expiresAt) => {
      const id = newId();
      await store.create(id, aRecord({ expiresAt }));
      expect(await rawValue(id)).toBeUndefined();
    },
  );

  it.each(["no JSON", '{"cookie":{}}', "7", '["a"]'])("gives %j back as what is no record", async (text) => {
    const id = newId();
    await client.set(`session:${id}`, text, { expires: 60 });
    expect((await store.read(id))?.version).toBeNaN();
    expect(await store.update(id, aRecord({ version: 2 }), 1)).toBe("changed");
    await store.delete(id);
    expect(await store.read(id)).toBeUndefined();
  });

  it("is no store for revocations: memcached forgets", () => {
    const attempt = () => createSessions({ secrets, revocations: memcachedStore(client) });
    expect(attempt).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
    expect(attempt).toThrow(/^memcachedStore: memcached forgets, .* Keep revocations in a store that lasts/);
  });
});

/** What memcached itself has under the id. */
async function rawValue(id: string): Promise<string | undefined> {
  const { value } = await client.get(`session:${id}`);
  return value === null ? undefined : String(value);
}

describe.skipIf(noMemcached).each([
  ["512 KB", ["-I", "512k"], 2 ** 19],
  ["1 MB, the default", [], 2 ** 20],
  ["2 MB", ["-I", "2m"], 2 ** 21],
])("memcachedStore with items of at most %s", (_size, args, bytes) => {
  it("refuses a larger record with the cure, and keeps what was there", async () => {
    const own = await startMemcached(...args);
    const ownClient = memjs.Client.create(`127.0.0.1:${own.port}`, options);
    const sessions = createSessions({ secrets, store: memcachedStore(ownClient) });
    const visit = (cookie: string, handler: (session: Session) => unknown) =>
      sessions.handle(new Request("http://a/", { headers: { cookie } }), (session) => {
        handler(session);
        return new Response();
      });
    const begun = await visit("", (session) => session.set("text", "kept"));
    const cookie = String(begun.headers.getSetCookie()[0]?.split(";")[0]);
    const failing = visit(cookie, (session) => session.set("text", "x".repeat(bytes)));
    // What the library adds to the text: the record's other fields, and the marks of JSON.
    const size = `${String(bytes).slice(0, -3)}\\d{3} bytes`;
    await expect(failing).rejects.toThrow(
      new RegExp(`failed to update: memcached answers with status 3 to ${size}: Too large\\. Keep less in`),
    );
    await visit(cookie, (session) => expect(session.get("text")).toBe("kept"));
    await visit(cookie, (session) => session.set("text", "x".repeat(bytes * 0.75)));
    await visit(cookie, (session) => expect(session.get("text")).toHaveLength(bytes * 0.75));
    ownClient.close();
    await own.stop();
  });
});

describe.skipIf(noMemcached)("memcachedStore with several servers", () => {
  it("spreads the sessions, and counts exactly on each", async () => {
    const servers = await Promise.all([startMemcached(), startMemcached()]);
    const names = servers.map((each) => `127.0.0.1:${each.port}`);
    const both = memjs.Client.create(names.join(), options);
    const alone = names.map((name) => memjs.Client.create(name, options));
    const { operations } = memcachedStore(both);
    const ids = Array.from({ length: 40 }, newId);
    await Promise.all(ids.map((id) => operations.create(id, aRecord())));
    const update = (id: string) => operations.update(id, aRecord({ version: 2 }), 1);
    const results = await Promise.all(ids.flatMap((id) => [update(id), update(id)]));
    expect(results.filter((result) => result === "saved")).toHaveLength(40);
    const found = await Promise.all(
      alone.map(async (each) => {
        const records = await Promise.all(ids.map((id) => memcachedStore(each).operations.read(id)));
        return records.filter((record) => record?.version === 2).length;
      }),
    );
    expect([Math.min(...found) > 0, found.reduce((sum, each) => sum + each)]).toEqual([true, 40]);
    for (const each of [both, ...alone]) each.close();
    await Promise.all(servers.map((each) => each.stop()));
  });
});

describe.skipIf(noMemcached)("memcachedStore where memcached is full and told to refuse (-M)", () => {
  it("fails to write with the cure, and keeps what was there", async () => {
    const full = await startMemcached("-M", "-m", "2");
    const fullClient = memjs.Client.create(`127.0.0.1:${full.port}`, options);
    const own = memcachedStore(fullClient);
    const id = newId();
    const record = aRecord({ data: "kept" });
    await own.operations.create(id, record);
    const large = aRecord({ version: 2, data: "x".repeat(50_000) });
    let failure: unknown;
    for (let i = 0; i < 500 && !failure; i++) await own.operations.create(newId(), large).catch((e) => (failure = e));
    expect(String(failure)).toMatch(/status 130/);
    expect(own.operations.cureFor?.(failure)).toMatch(/higher -m/);
    await expect(own.operations.update(id, large, 1)).rejects.toThrow(/status 130/);
    expect(await own.operations.read(id)).toEqual(record);
    fullClient.close();
    await full.stop();
  });
});

describe.skipIf(noMemcached)("memcachedStore where memcached was started with -C", () => {
  it("refuses to work without compare-and-set, rather than lose one of two writes", async () => {
    const own = await startMemcached("-C");
    const ownClient = memjs.Client.create(`127.0.0.1:${own.port}`, options);
    const { operations } = memcachedStore(ownClient);
    const id = newId();
    await operations.create(id, aRecord());
    const failure = await operations.read(id).catch((error: unknown) => error);
    expect(String(failure)).toMatch(/-C, without compare-and-set/);
    expect(operations.cureFor?.(failure)).toMatch(/^Start memcached without -C/);
    await expect(operations.update(id, aRecord({ version: 2 }), 1)).rejects.toThrow(/-C/);
    ownClient.close();
    await own.stop();
  });
});

describe.skipIf(noMemcached)("memcachedStore, when memcached fails", () => {
  const impatient = memjs.Client.create(`127.0.0.1:${port}`, { ...options, timeout: 0.2 });
  const impatientStore = memcachedStore(impatient).operations;
  afterAll(() => impatient.close());

  it("rejects what it gets no answer to, though it may have been done", async () => {
    const proxy = await CuttingProxy.to(port);
    const cut = memjs.Client.create(`127.0.0.1:${proxy.port}`, { ...options, timeout: 0.2 });
    const id = newId();
    proxy.cutNextAnswer();
    await expect(memcachedStore(cut).operations.create(id, aRecord())).rejects.toThrow("no answer in time");
    expect(await store.read(id)).toMatchObject({ version: 1 });
    cut.close();
    proxy.close();
  });

  it("rejects while it is frozen, and goes on when it wakes", async () => {
    const id = newId();
    await impatientStore.create(id, aRecord());
    await server?.freeze();
    const answers = await Promise.allSettled([
      impatientStore.read(id),
      impatientStore.update(id, aRecord({ version: 2 }), 1),
      impatientStore.touch(id, seconds(), seconds() + 60, 1),
      impatientStore.create(newId(), aRecord()),
      impatientStore.delete(newId()),
    ]);
    server?.resume();
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill("rejected"));
    expect(await store.read(id)).toMatchObject({ version: 1 });
    expect(await store.update(id, aRecord({ version: 2 }), 1)).toBe("saved");
  });

  it("rejects while it is dead", async () => {
    await server?.kill();
    await expect(impatientStore.read(newId())).rejects.toThrow();
    await expect(impatientStore.create(newId(), aRecord())).rejects.toThrow();
    await server?.start();
    expect(await impatientStore.create(newId(), aRecord())).toBe(true);
  });
});

describe("memcachedStore(client, options)", () => {
  const failover = memjs.Client.create("127.0.0.1:1,127.0.0.1:2", { failover: true });

  it.each([
    [() => memcachedStore({} as typeof client), "client must be a Client of memjs."],
    [() => memcachedStore(failover), "client must not have failover"],
    [() => memcachedStore(client, { prefix: "two words" }), "prefix must be at most 186 characters of visible ASCII."],
    [() => memcachedStore(client, { prefix: "x".repeat(187) }), "prefix must be at most 186 characters"],
  ])("refuses what can't work", (make, message) => {
    expect(make).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION", message: expect.stringContaining(message) }),
    );
  });
});
