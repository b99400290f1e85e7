import { storeContract } from "@websession/core/testing";
import memjs from "memjs";
import { afterAll, describe, expect, it } from "vitest";
import { memcachedStore } from "../../src/stores/memcached.ts";
import { aRecord, newId, seconds } from "./records.ts";
import { CuttingProxy } from "./servers/cutting-proxy.ts";
import { noMemcached, startMemcached } from "./servers/memcached.ts";
import { concurrencyCases, PATIENCE } from "./sessions-in.ts";

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

  it("says that a record is too large, and keeps what was there", async () => {
    const id = newId();
    await store.create(id, aRecord());
    const large = aRecord({ version: 2, data: "x".repeat(2 ** 20) });
    await expect(store.update(id, large, 1)).rejects.toThrow("status 3: Too large");
    await expect(store.create(newId(), large)).rejects.toThrow("status 3");
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
