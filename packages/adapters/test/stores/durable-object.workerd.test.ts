import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { createSessions, type SessionRecord } from "@websession/core";
import { storeContract } from "@websession/core/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { durableObjectStore, type SessionNamespace, type SessionStub } from "../../src/stores/durable-object.ts";
import { SESSIONS } from "./cloudflare-bindings.ts";
import { concurrencyCases, PATIENCE } from "./sessions-in.ts";

const { operations: store } = durableObjectStore(SESSIONS);
const sessionObject = (id: string) => SESSIONS.get(SESSIONS.idFromName(`session:${id}`));
const ownerObject = (owner: string) => SESSIONS.get(SESSIONS.idFromName(`owner:${owner}`));
const newId = () => crypto.randomUUID();

// Only Date: the objects run in this isolate and see it too, while their alarms come by the real clock.
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

const now = () => Math.floor(Date.now() / 1000);
const advance = (seconds: number) => void vi.setSystemTime(Date.now() + seconds * 1000);

function aRecord(given: Partial<SessionRecord> = {}): SessionRecord {
  return { version: 1, data: "{}", createdAt: now(), usedAt: now(), expiresAt: now() + 3600, ...given };
}

/** What an object keeps, and when its alarm rings, in seconds from now. */
function inside(stub: SessionStub): Promise<{ keys: string[]; alarm: number | undefined }> {
  return runInDurableObject(stub, async (_object, { storage }) => {
    const alarm = await storage.getAlarm();
    return {
      keys: [...(await storage.list()).keys()].map((key) => key.replace("owned:", "")).sort(),
      alarm: alarm === null ? undefined : alarm / 1000 - now(),
    };
  });
}

describe("the contract", () => {
  for (const { name, run } of storeContract(store, { many: 40, advance })) it(name, run, 20_000);
});

describe("sessions in Durable Objects", () => {
  // The engine's pauses and timeouts go by the real clock.
  const cases = concurrencyCases(durableObjectStore(SESSIONS));
  for (const { name, run } of cases) it(name, run, PATIENCE);
});

describe("a session's object", () => {
  it("keeps the session when it is evicted", async () => {
    const id = newId();
    await store.create(id, aRecord({ data: '"kept"' }));
    await evictDurableObject(sessionObject(id));
    expect((await store.read(id))?.data).toBe('"kept"');
  });

  it("keeps nothing once the session has expired", async () => {
    const id = newId();
    await store.create(id, aRecord());
    expect(await inside(sessionObject(id))).toEqual({ keys: ["session"], alarm: 3600 });
    advance(3600);
    expect(await runDurableObjectAlarm(sessionObject(id))).toBe(true);
    expect(await inside(sessionObject(id))).toEqual({ keys: [], alarm: undefined });
  });

  it("sets its alarm again where the session lives longer by now", async () => {
    const id = newId();
    await store.create(id, aRecord());
    await store.touch(id, now(), now() + 7200, 1);
    advance(3600);
    expect(await runDurableObjectAlarm(sessionObject(id))).toBe(true);
    expect(await inside(sessionObject(id))).toEqual({ keys: ["session"], alarm: 3600 });
    expect(await store.read(id)).toBeDefined();
  });

  it("moves its alarm where the session ends sooner", async () => {
    const id = newId();
    await store.create(id, aRecord());
    await store.update(id, aRecord({ version: 2, expiresAt: now() + 30 }), 1);
    expect((await inside(sessionObject(id))).alarm).toBe(30);
    await store.touch(id, now(), now() + 20, 2);
    expect((await inside(sessionObject(id))).alarm).toBe(20);
  });

  it("keeps nothing of a deleted session", async () => {
    const id = newId();
    await store.create(id, aRecord());
    await store.delete(id);
    expect(await inside(sessionObject(id))).toEqual({ keys: [], alarm: undefined });
  });
});

describe("an owner's object", () => {
  it("hears of a session before anybody has its id, and before an update gives it an owner: else these fail", async () => {
    const { operations } = durableObjectStore(namespaceWith({ addOwned: () => Promise.reject(new Error("down")) }));
    const [id, owner] = [newId(), newId()];
    await expect(operations.create(newId(), aRecord({ owner }))).rejects.toThrow("down");
    await store.create(id, aRecord());
    await expect(operations.update(id, aRecord({ version: 2, owner }), 1)).rejects.toThrow("down");
    expect(await store.read(id)).toEqual(aRecord());
  });

  it("forgets a session that is deleted or ended", async () => {
    const [deleted, ended, owner] = [newId(), newId(), newId()];
    await store.create(deleted, aRecord({ owner }));
    await store.create(ended, aRecord({ owner }));
    expect((await inside(ownerObject(owner))).keys).toEqual([deleted, ended].sort());
    await store.delete(deleted);
    expect(await store.update(ended, aRecord({ version: 2, expiresAt: now() - 1 }), 1)).toBe("saved");
    expect((await inside(ownerObject(owner))).keys).toEqual([]);
    expect(await inside(sessionObject(ended))).toEqual({ keys: [], alarm: undefined });
  });

  it("ends no session of another version", async () => {
    const id = newId();
    const past = aRecord({ version: 2, expiresAt: now() - 1 });
    expect(await store.update(id, past, 1)).toBe("missing");
    await store.create(id, aRecord({ version: 3 }));
    expect(await store.update(id, past, 1)).toBe("changed");
    expect(await store.read(id)).toEqual(aRecord({ version: 3 }));
  });

  it("is repaired by a list, but keeps what may be about to be written", async () => {
    const [old, fresh, kept, owner] = [newId(), newId(), newId(), newId()];
    await store.create(kept, aRecord({ owner }));
    await ownerObject(owner).addOwned(old, now() + 3600);
    advance(601);
    await ownerObject(owner).addOwned(fresh, now() + 3600);
    expect((await store.list?.(owner))?.map(({ id }) => id)).toEqual([kept]);
    expect((await inside(ownerObject(owner))).keys).toEqual([fresh, kept].sort());
  });

  it("knows a session again that had no owner for a while", async () => {
    const [id, owner] = [newId(), newId()];
    await store.create(id, aRecord({ owner }));
    await store.update(id, aRecord({ version: 2 }), 1);
    advance(601);
    expect(await store.list?.(owner)).toEqual([]);
    await store.update(id, aRecord({ version: 3, owner }), 2);
    expect((await store.list?.(owner))?.map(({ id }) => id)).toEqual([id]);
  });

  it("knows a session for as long as touches let it live", async () => {
    const [id, other, owner] = [newId(), newId(), newId()];
    await store.create(id, aRecord({ owner }));
    await store.create(other, aRecord({ owner }));
    for (let hours = 0; hours < 5; hours += 0.5) {
      advance(1800);
      await store.touch(id, now(), now() + 3600, 1);
      await runDurableObjectAlarm(ownerObject(owner));
    }
    expect((await inside(ownerObject(owner))).keys).toEqual([id]);
    expect((await store.list?.(owner))?.map(({ id }) => id)).toEqual([id]);
    advance(3 * 3600);
    await runDurableObjectAlarm(ownerObject(owner));
    expect(await inside(ownerObject(owner))).toEqual({ keys: [], alarm: undefined });
  });

  it("never takes a session for known that another writer listed for longer", async () => {
    const [id, owner] = [newId(), newId()];
    await ownerObject(owner).addOwned(id, now() + 5000);
    await ownerObject(owner).addOwned(id, now() + 1000);
    advance(4000);
    await runDurableObjectAlarm(ownerObject(owner));
    expect((await inside(ownerObject(owner))).keys).toEqual([id]);
  });
});

describe("calls between Worker and objects", () => {
  const calls: string[] = [];
  const trips = async (work: () => Promise<unknown>) => {
    wire.trips = 0;
    calls.length = 0;
    await work();
    return wire.trips;
  };
  const counting = durableObjectStore(namespaceWith({}, calls));
  const { operations } = counting;
  const counted = async (work: () => Promise<unknown>) => {
    calls.length = 0;
    await work();
    return [...calls];
  };
  const secrets = "a secret for the tests of stores, long enough";
  const sessions = createSessions({ secrets, store: counting, now: () => Date.now() });
  const visit = (cookie: string, act: (session: Awaited<ReturnType<typeof sessions.load>>) => unknown) =>
    sessions.handle(new Request("https://example.com/", { headers: { cookie } }), (session) => {
      act(session);
      return new Response("ok");
    });
  const cookieOf = (response: Response) => String(response.headers.getSetCookie()[0]?.split(";")[0]);

  it("wait for each other once for a read, twice for a write, three times for a login", async () => {
    const first = cookieOf(await visit("", (session) => session.set("a", 1)));
    expect(await trips(() => visit(first, (session) => session.get("a")))).toBe(1);
    expect(await trips(() => visit(first, (session) => session.set("a", 2)))).toBe(2);
    let second = "";
    const login = async () => {
      second = cookieOf(await visit(first, (session) => session.login("ada")));
    };
    expect(await trips(login)).toBe(3);
    expect(calls).toEqual(["read", "addOwned", "update"]);
    advance(1);
    expect(await trips(() => visit(second, (session) => session.regenerate()))).toBe(2);
  });

  it("are one for an anonymous session, whatever is done", async () => {
    const id = newId();
    expect(await counted(() => operations.create(id, aRecord()))).toEqual(["create"]);
    expect(await counted(() => operations.read(id))).toEqual(["read"]);
    expect(await counted(() => operations.update(id, aRecord({ version: 2 }), 1))).toEqual(["update"]);
    expect(await counted(() => operations.touch(id, now(), now() + 3600, 2))).toEqual(["touch"]);
    expect(await counted(() => operations.delete(id))).toEqual(["remove"]);
  });

  it("are two where an owner's session is created or deleted, else one", async () => {
    const [id, owner] = [newId(), newId()];
    expect(await counted(() => operations.create(id, aRecord({ owner })))).toEqual(["create", "addOwned"]);
    advance(600);
    const later = aRecord({ version: 2, owner, createdAt: now() - 600 });
    expect(await counted(() => operations.update(id, later, 1))).toEqual(["update"]);
    expect(await counted(() => operations.touch(id, now(), now() + 3600, 2))).toEqual(["touch"]);
    expect(await counted(() => operations.delete(id))).toEqual(["remove", "removeOwned"]);
  });

  it("are two where somebody signs in, and three where an owner's object has to be told otherwise", async () => {
    const [first, second] = [newId(), newId()];
    for (const id of [first, second]) await operations.create(id, aRecord());
    const signIn = () => operations.update(first, aRecord({ version: 2, owner: newId() }), 1);
    expect(await counted(signIn)).toEqual(["addOwned", "update"]);
    const moved = aRecord({ version: 2, owner: newId(), createdAt: now() - 600 });
    expect(await counted(() => operations.update(second, moved, 1))).toEqual(["update", "addOwned", "update"]);
  });
});

it("says what to do where the binding is missing", () => {
  const create = durableObjectStore as (namespace: unknown) => unknown;
  const rule =
    /^namespace must be a Durable Object binding, but is undefined\. Is its name in wrangler's configuration\?$/;
  expect(() => create(undefined)).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
  expect(() => create(undefined)).toThrow(rule);
  expect(() => create({})).toThrow(/^namespace must be/);
});

/** Times that the Worker waited: what is sent while something is on its way costs no further trip. */
const wire = { trips: 0, underway: 0 };

async function onTheWire<T>(answer: Promise<T>): Promise<T> {
  if (wire.underway++ === 0) wire.trips++;
  try {
    return await answer;
  } finally {
    wire.underway--;
  }
}

/** The same objects, with some methods replaced, and the names of what is called. */
function namespaceWith(replaced: Partial<SessionStub>, calls: string[] = []): SessionNamespace {
  return {
    idFromName: (name) => SESSIONS.idFromName(name),
    get: (id) =>
      new Proxy(SESSIONS.get(id), {
        get(stub, method: keyof SessionStub) {
          calls.push(method);
          const run = (replaced[method] ?? stub[method]) as (...args: unknown[]) => Promise<unknown>;
          return (...args: unknown[]) => onTheWire(run(...args));
        },
      }),
  };
}
