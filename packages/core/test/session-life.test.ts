import { describe, expect, it } from "vitest";
import { createSessions, type DataSchema, defineStore, memoryStore, type StoreOperations } from "../src/index.ts";
import { faulty } from "../src/testing.ts";
import { claimsOf, cookieIn, OLD_SECRET, SECRET, START, setUp, touch } from "./helpers.ts";
import { Jar } from "./jar.ts";

const request = (cookie?: string) => new Request("http://localhost/", cookie ? { headers: { cookie } } : {});
const BIG = "x".repeat(5000);

/** Runs `act` once, before the nth call of an operation reaches the store. */
function interrupted(operation: keyof StoreOperations, nth: number) {
  const plain = memoryStore({ now: () => START * 1000 });
  const hook: { act?: () => Promise<void> } = {};
  let count = 0;
  const names = ["read", "create", "update", "touch", "delete", "list"] as const;
  const operations = names.map((name) => [
    name,
    async (...args: never[]) => {
      const { act } = hook;
      if (act && name === operation && ++count === nth) {
        delete hook.act;
        await act();
      }
      return (plain.operations[name] as (...args: never[]) => unknown)(...args);
    },
  ]);
  return { plain, hook, store: defineStore(Object.fromEntries(operations)) };
}

/** A record or a note under a clock that goes with the sessions'. */
function timedStore() {
  const time = { seconds: START };
  return { time, store: memoryStore({ now: () => time.seconds * 1000 }) };
}

/** Fits data with `v: 2`, as `migrate` makes it. */
const second: DataSchema<never> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) =>
      (value as { v?: number }).v === 2 ? { value: value as never } : { issues: [{ message: "old", path: ["v"] }] },
  },
};
const migrate = (old: Record<string, unknown>) => ({ count: { n: old.count }, v: 2 }) as never;

describe("destroy() and login(the same owner) is no sign-in, and does not survive revokeAll", () => {
  it.each([
    ["store", () => ({ store: memoryStore() })],
    ["revocations", () => ({ revocations: memoryStore() })],
  ])("%s", async (_, options) => {
    const { sessions, cookieOf } = setUp(options());
    const stolen = await cookieOf((session) => session.login("alice"));
    const thief = await sessions.load(request(stolen));
    const owner = String(thief.owner);
    thief.destroy();
    thief.login(owner);
    await sessions.revokeAll("alice");
    await expect(sessions.commit(thief, new Response("ok"))).rejects.toMatchObject({ code: "ERR_SESSION_ENDED" });
  });
});

it("a sign-in that sessionsPerOwner takes back leaves no token that opens somebody else's session later", async () => {
  const { store, plain, hook } = interrupted("list", 2);
  const { sessions, visit } = setUp({ store, sessionsPerOwner: { max: 1, beyond: "refuse" } });
  const others = setUp({ store: plain });
  others.clock.seconds = START - 1;
  const planted = cookieIn(await others.visit(undefined, (session) => void session.set("cart", 1)));
  let doubleClick: Response | undefined;
  hook.act = async () => {
    await others.visit(undefined, (session) => session.login("alice"));
    doubleClick = await visit(planted, (session) => session.login("alice")).catch(() => undefined);
  };
  await expect(visit(planted, (session) => session.login("alice"))).rejects.toMatchObject({
    code: "ERR_TOO_MANY_SESSIONS",
  });
  // Nothing of the visitor's session was written, so that no token of a generation is about that others will have.
  expect(doubleClick).toBeUndefined();
  expect(await sessions.load(request(planted))).toMatchObject({ isNew: false, owner: undefined });
});

it("a sign-in as somebody else that is taken back does not save the session from revokeAll", async () => {
  const { store, plain, hook } = interrupted("list", 2);
  const { sessions, visit } = setUp({ store, sessionsPerOwner: { max: 1, beyond: "refuse" } });
  const others = setUp({ store: plain });
  others.clock.seconds = START - 1;
  const stolen = cookieIn(await others.visit(undefined, (session) => session.login("alice")));
  hook.act = async () => {
    await others.visit(undefined, (session) => session.login("bob"));
    await others.sessions.revokeAll("alice");
  };
  await expect(visit(stolen, (session) => session.login("bob"))).rejects.toThrow();
  expect((await sessions.load(request(stolen))).owner).toBeUndefined();
});

describe("an error of the store leaves no session behind that locks the owner out", () => {
  it.each([
    ["the answer of create is lost", "create", "after", 1],
    ["list fails after create", "list", "before", 2],
  ] as const)("%s", async (_, operation, place, nth) => {
    let count = 0;
    const failure = (each: string) => (each === operation && ++count === nth ? place : undefined);
    const store = faulty(memoryStore(), { failure });
    const { sessions, cookieOf } = setUp({ store, sessionsPerOwner: { max: 1, beyond: "refuse" } });
    await expect(cookieOf((session) => session.login("alice"))).rejects.toMatchObject({ code: "ERR_STORE" });
    expect(await sessions.list("alice")).toEqual([]);
    await cookieOf((session) => session.login("alice"));
  });

  it("list fails after an update: the message says that nothing was changed, so nothing is", async () => {
    let lists = 0;
    const failure = (each: string) => (each === "list" && ++lists === 2 ? ("before" as const) : undefined);
    const store = faulty(memoryStore(), { failure });
    const { sessions, cookieOf, visit } = setUp({ store, sessionsPerOwner: { max: 1, beyond: "refuse" } });
    const cookie = await cookieOf((session) => void session.set("cart", 1));
    await expect(visit(cookie, (session) => session.login("alice"))).rejects.toThrow("Nothing was changed");
    expect((await sessions.load(request(cookie))).ended).toBeUndefined();
  });
});

it("a session that was ended opens nothing, and is no error, where the store's clock is 5 seconds behind", async () => {
  const behind = () => (START - 5) * 1000;
  const store = memoryStore({ now: behind });
  const { sessions, cookieOf } = setUp({ store });
  const cookie = await cookieOf((session) => session.login("alice"));
  await sessions.revokeAll("alice");
  expect((await sessions.load(request(cookie))).owner).toBeUndefined();
});

it("a memoryStore of revocations forgets no end to make room", async () => {
  const { sessions, cookieOf, visit } = setUp({ revocations: memoryStore({ max: 3, now: () => START * 1000 }) });
  const stolen = await cookieOf((session) => session.login("alice"));
  await visit(stolen, (session) => session.destroy());
  for (let i = 0; i < 5; i++) {
    const cookie = await cookieOf((session) => void session.set("x", i));
    await visit(cookie, (session) => session.destroy()).catch(() => {});
  }
  expect((await sessions.load(request(stolen))).owner).toBeUndefined();
});

describe("overflow, an old token that carries its data does not end the session that has moved on", () => {
  it.each(["destroy", "regenerate"] as const)("%s", async (act) => {
    const { sessions, cookieOf, visit } = setUp({ store: memoryStore(), overflow: "store" });
    const planted = await cookieOf((session) => void session.set("small", 1));
    const large = cookieIn(await visit(planted, (session) => void session.set("large", BIG)));
    const victim = cookieIn(await visit(large, (session) => session.login("alice")));
    await visit(planted, (session) => session[act]());
    expect((await sessions.load(request(victim))).owner).toBe("alice");
  });
});

it("overflow, an error changes nothing: sealed first, deleted then", async () => {
  const { sessions, cookieOf, visit, dataOf } = setUp({ store: memoryStore(), overflow: "store" });
  const cookie = await cookieOf((session) => void session.set("small", 1));
  const slow = await sessions.load(request(cookie));
  const large = cookieIn(await visit(cookie, (session) => void session.set("large", BIG)));
  slow.set("bad", () => {});
  slow.regenerate();
  await expect(sessions.commit(slow, new Response("ok"))).rejects.toThrow("bad: Function");
  expect(Object.keys(await dataOf(large))).toEqual(["small", "large"]);
});

describe("update loses no increment", () => {
  it("beside a request that gets a new token", async () => {
    const { sessions, cookieOf, dataOf } = setUp({ store: memoryStore() });
    const cookie = await cookieOf((session) => void session.set("n", 0));
    const [a, b] = [await sessions.load(request(cookie)), await sessions.load(request(cookie))];
    a.login("alice");
    await a.update("n", (n) => Number(n) + 1);
    await b.update("n", (n) => Number(n) + 1);
    await sessions.commit(b, new Response("ok"));
    expect(await dataOf(cookieIn(await sessions.commit(a, new Response("ok"))))).toEqual({ n: 2 });
  });

  it("in a sign-in that joins", async () => {
    const { cookieOf, visit, dataOf } = setUp({ store: memoryStore() });
    const cookie = await cookieOf((session) => void session.set("n", 0));
    const live = cookieIn(await visit(cookie, (session) => session.login("alice")));
    await visit(live, (session) => session.update("n", (n) => Number(n) + 2));
    const joined = await visit(cookie, (session) => {
      session.login("alice");
      return session.update("n", (n) => Number(n) + 1);
    });
    expect(await dataOf(cookieIn(joined))).toEqual({ n: 3 });
  });
});

describe("an update that was not awaited brings nothing of a former owner or an ended session back", () => {
  const stores = [
    ["token", () => ({})],
    ["store", () => ({ store: memoryStore() })],
  ] as const;
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

  it.each(stores)("login of somebody else, %s", async (_, options) => {
    const { cookieOf, visit } = setUp(options());
    const cookie = await cookieOf((session) => {
      session.login("alice");
      session.set("orders", ["secret"]);
    });
    await visit(cookie, async (session) => {
      void session.update("orders", (orders) => orders);
      session.login("bob");
      await settled();
      expect(session.get("orders")).toBeUndefined();
    });
  });

  it.each(stores)("destroy, %s", async (_, options) => {
    const { cookieOf, visit, dataOf } = setUp(options());
    const cookie = await cookieOf((session) => void session.set("orders", ["secret"]));
    const response = await visit(cookie, async (session) => {
      void session.update("orders", (orders) => orders);
      session.destroy();
      await settled();
    });
    expect(await dataOf(cookieIn(response))).toEqual({});
  });
});

describe("data that migrate has made is not taken for the request's own changes", () => {
  it("a request that only reads undoes no write of another", async () => {
    const store = memoryStore();
    const cookie = await setUp({ store }).cookieOf((session) => void session.set("count", 1));
    const { sessions, visit, dataOf } = setUp({ store, schema: second, migrate });
    const slow = await sessions.load(request(cookie));
    slow.has("count");
    await visit(cookie, (session) => void session.set("count", { n: 5 }));
    await sessions.commit(slow, new Response("ok"));
    expect(await dataOf(cookie)).toEqual({ count: { n: 5 }, v: 2 });
  });

  it("nor does a sign-in that joins", async () => {
    const store = memoryStore();
    const cookie = await setUp({ store }).cookieOf((session) => void session.set("count", 1));
    const { visit, dataOf } = setUp({ store, schema: second, migrate });
    await visit(cookie, (session) => {
      session.login("alice");
      session.set("count", { n: 5 });
    });
    const joined = cookieIn(await visit(cookie, (session) => session.login("alice")));
    expect(await dataOf(joined)).toEqual({ count: { n: 5 }, v: 2 });
  });

  it("and a superseded request that only reads has written nothing", async () => {
    const store = memoryStore();
    const former = setUp({ store });
    const cookie = await former.cookieOf((session) => void session.set("count", 1));
    await former.visit(cookie, (session) => session.regenerate());
    const { visit, events } = setUp({ store, schema: second, migrate });
    await visit(cookie, touch);
    expect(events).toEqual([]);
  });
});

describe("a slow page beside a login sends no cookie that could overwrite the login's", () => {
  it("which writes, with a token of an older secret", async () => {
    const store = memoryStore();
    const cookie = await setUp({ store, secrets: OLD_SECRET }).cookieOf((session) => void session.set("n", 0));
    const { sessions, visit } = setUp({ store, secrets: [SECRET, OLD_SECRET] });
    const slow = await visit(cookie, (session) => void session.set("seen", 1));
    const jar = new Jar([cookie.split("=") as [string, string]]);
    jar.take(await visit(cookie, (session) => session.login("alice"))).take(slow);
    expect((await sessions.load(request(jar.header))).owner).toBe("alice");
  });

  it("which writes in another process that remembers notes (revocations with cacheFor)", async () => {
    const revocations = memoryStore();
    const [one, two] = [setUp({ revocations, cacheFor: 30 }), setUp({ revocations, cacheFor: 30 })];
    const cookie = await one.cookieOf((session) => void session.set("cart", 1));
    const slow = await two.sessions.load(request(cookie));
    slow.set("seen", 1);
    await one.visit(cookie, (session) => session.login("alice"));
    expect((await two.sessions.commit(slow, new Response("ok"))).headers.getSetCookie()).toEqual([]);
  });
});

it("cacheFor, reads in the window do not write to the store once a refresh is due", async () => {
  const { time, store: plain } = timedStore();
  const calls: string[] = [];
  const store = faulty(plain, { failure: (operation) => void calls.push(operation) });
  const { clock, visit } = setUp({ store, cacheFor: 60, lifetime: { idle: 1000 } });
  const jar = new Jar().take(await visit(undefined, (session) => void session.set("a", 1)));
  const later = async (seconds: number) => {
    clock.seconds += seconds;
    time.seconds += seconds;
    jar.take(await visit(jar.header));
  };
  await later(200);
  calls.length = 0;
  for (let i = 0; i < 5; i++) await later(5);
  expect(calls).toEqual([]);
});

describe("somebody else's login does not inherit that the former owner wanted to be remembered", () => {
  it.each([
    ["token", () => ({})],
    ["store", () => ({ store: memoryStore() })],
  ])("%s", async (_, options) => {
    const { cookieOf, visit } = setUp(options());
    const cookie = await cookieOf((session) => session.login("alice", { persistent: true }));
    const response = await visit(cookie, (session) => session.login("bob"));
    expect(response.headers.getSetCookie()[0]).not.toContain("Max-Age");
  });
});

it("one damaged record does not keep revokeAll from ending the others", async () => {
  const store = memoryStore();
  const { sessions, cookieOf } = setUp({ store });
  const cookie = await cookieOf((session) => session.login("alice"));
  const id = String(claimsOf(await cookieOf((session) => session.login("alice"))).sid);
  const record = await store.operations.read(id);
  if (record) await store.operations.update(id, { ...record, version: 2, data: "damaged" }, 1);
  await sessions.revokeAll("alice").catch(() => {});
  expect((await sessions.load(request(cookie))).owner).toBeUndefined();
});

it("destroy ends a session whose data does not fit the schema", async () => {
  const store = memoryStore();
  const cookie = await setUp({ store }).cookieOf((session) => {
    session.login("alice");
    session.set("count", 1);
  });
  const { sessions, visit } = setUp({ store, schema: second });
  await visit(cookie, (session) => session.destroy());
  expect(await sessions.list("alice")).toEqual([]);
});

it("of two flashes that say the same, a request takes only the one that it saw", async () => {
  const { sessions, cookieOf, visit } = setUp({ store: memoryStore() });
  const cookie = await cookieOf((session) => session.flash("info", "Saved"));
  const slow = await sessions.load(request(cookie));
  slow.flashes();
  await visit(cookie, (session) => session.flash("info", "Saved"));
  await sessions.commit(slow, new Response("ok"));
  expect((await sessions.load(request(cookie))).flashes()).toHaveLength(1);
});

it("a failed revokeAll does not claim that the session has not ended", async () => {
  const failure = (operation: string) => (operation === "update" ? ("after" as const) : undefined);
  const { sessions, cookieOf } = setUp({ store: faulty(memoryStore(), { failure }) });
  const cookie = await cookieOf((session) => session.login("alice"));
  const error = await sessions.revokeAll("alice").catch((error) => error);
  expect((await sessions.load(request(cookie))).owner).toBeUndefined();
  expect(error.message).not.toContain("has not ended");
});

describe("a commit that failed has not committed the session: it may be mended, like one that failed at once", () => {
  it.each([
    ["the store fails", { store: faulty(memoryStore(), { failure: () => "before" }) }, "ERR_STORE"],
    ["the token is too large", {}, "ERR_TOKEN_TOO_LARGE"],
  ] as const)("%s", async (_, options, code) => {
    const { sessions } = setUp(options);
    const session = await sessions.load(request());
    session.set("large", BIG);
    await expect(sessions.commit(session, new Response("ok"))).rejects.toMatchObject({ code });
    session.delete("large");
  });
});

it("two logins in one request keep the same data in a store as in a token, and as the handler saw", async () => {
  const kept: unknown[] = [];
  for (const options of [{}, { store: memoryStore() }]) {
    const { cookieOf, visit, dataOf } = setUp(options);
    const cookie = await cookieOf((session) => void session.set("cart", 1));
    const response = await visit(cookie, (session) => {
      session.login("alice");
      session.login("bob");
      kept.push(session.get("cart"));
    });
    kept.push((await dataOf(cookieIn(response))).cart);
  }
  expect(new Set(kept).size).toBe(1);
});

it("update works in a session that migrate has just made fit, also in a store", async () => {
  const store = memoryStore();
  const cookie = await setUp({ store }).cookieOf((session) => void session.set("count", 1));
  const { visit, dataOf } = setUp({ store, schema: second, migrate });
  await visit(cookie, (session) => session.update("count", (count) => ({ n: (count as { n: number }).n + 1 })));
  expect(await dataOf(cookie)).toEqual({ count: { n: 2 }, v: 2 });
});

it("a control: another server's clock 5 seconds behind is no problem while the session lives", async () => {
  const store = memoryStore();
  const { cookieOf } = setUp({ store });
  const behind = createSessions({ secrets: SECRET, store, now: () => (START - 5) * 1000 });
  const cookie = await cookieOf((session) => session.login("alice"));
  expect((await behind.load(request(cookie))).owner).toBe("alice");
});
