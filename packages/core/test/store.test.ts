import { describe, expect, it, vi } from "vitest";
import {
  createSessions,
  defineStore,
  memoryStore,
  type SessionEvent,
  type SessionOptions,
  type SessionRecord,
  type SessionStore,
} from "../src/index.ts";
import { fiveOperations } from "./bound.ts";
import { cookieIn, isCleared, OLD_SECRET, SECRET, START, touch } from "./helpers.ts";
import { Jar } from "./jar.ts";

type Data = Record<string, unknown>;

/** Sessions in a store that counts its calls, under one clock for both. */
function setUp(options: Partial<SessionOptions> = {}) {
  const clock = { seconds: START };
  const events: SessionEvent[] = [];
  const calls: string[] = [];
  const now = () => clock.seconds * 1000;
  const store = options.store ?? counting(memoryStore({ now }), calls);
  const sessions = createSessions<Data>({
    secrets: SECRET,
    now,
    onEvent: (event) => events.push(event),
    ...options,
    store,
  });
  const request = (cookie?: string) => new Request("http://localhost/", cookie ? { headers: { cookie } } : {});
  const visit = (
    cookie: string | undefined,
    handler: (session: Awaited<ReturnType<typeof sessions.load>>) => unknown,
  ) =>
    sessions.handle(request(cookie), async (session) => {
      await handler(session);
      return new Response("ok");
    });
  const begin = async (data: Data = { a: 1 }) => {
    const cookie = cookieIn(await visit(undefined, (session) => void fill(session, data)));
    calls.length = 0;
    return cookie;
  };
  const dataOf = async (cookie: string) => Object.fromEntries(await sessions.load(request(cookie)));
  const load = (cookie?: string) => sessions.load(request(cookie));
  const commit = (session: Awaited<ReturnType<typeof load>>) => sessions.commit(session, new Response("ok"));
  return { sessions, store, clock, events, calls, visit, begin, dataOf, load, commit };
}

function fill(session: { set(key: string, value: unknown): unknown }, data: Data): void {
  for (const [key, value] of Object.entries(data)) session.set(key, value);
}

/** The same operations, which leave their names behind. */
function counting({ operations }: SessionStore, calls: string[]): SessionStore {
  const counted = Object.entries(fiveOperations({ operations })).map(([name, operation]) => [
    name,
    (...args: never[]) => {
      calls.push(name);
      return (operation as (...args: never[]) => unknown)(...args);
    },
  ]);
  return defineStore({ ...Object.fromEntries(counted), list: operations.list?.bind(operations) });
}

describe("a session in a store", () => {
  it("keeps the data on the server and only the id in the token", async () => {
    const { begin, dataOf } = setUp();
    const cookie = await begin({ secret: "not in the cookie", since: new Date(0) });
    expect(atob(String(cookie.split(".")[1]).replaceAll("-", "+").replaceAll("_", "/"))).not.toContain("cookie");
    expect(await dataOf(cookie)).toEqual({ secret: "not in the cookie", since: new Date(0) });
  });

  it("costs one operation for a read, two for a write, a login or a logout, none for an anonymous visitor", async () => {
    const { begin, visit, calls } = setUp();
    await visit(undefined, touch);
    expect(calls).toEqual([]);
    const cookie = await begin();
    await visit(cookie, touch);
    expect(calls.splice(0)).toEqual(["read"]);
    await visit(cookie, (session) => session.set("a", 2));
    expect(calls.splice(0)).toEqual(["read", "update"]);
    await visit(cookie, (session) => session.update("a", (a) => Number(a) + 1));
    expect(calls.splice(0)).toEqual(["read", "update"]);
    await visit(cookie, (session) => session.login("ada"));
    expect(calls.splice(0)).toEqual(["read", "update"]);
    await visit(await begin(), (session) => session.regenerate());
    expect(calls.splice(0)).toEqual(["read", "update"]);
    await visit(await begin(), (session) => session.destroy());
    expect(calls).toEqual(["read", "delete"]);
  });

  it("sends a cookie only when the client must learn something", async () => {
    const { begin, visit, clock } = setUp({ lifetime: { idle: 1000 } });
    const cookie = await begin();
    expect((await visit(cookie, (session) => session.set("a", 2))).headers.getSetCookie()).toEqual([]);
    clock.seconds += 500;
    const refreshed = await visit(cookie, touch);
    expect(refreshed.headers.getSetCookie()).toEqual([]);
    expect(refreshed.headers.get("cache-control")).toBe("private");
    expect((await visit(cookie, (session) => session.regenerate())).headers.getSetCookie()).toHaveLength(1);
  });

  it("has a persistent cookie for as long as it can live, and sends none for a refresh or an old secret", async () => {
    const lifetime = { idle: 1000, absolute: 5000 };
    const { visit, clock, store } = setUp({ lifetime, persistent: true, secrets: OLD_SECRET });
    const first = await visit(undefined, (session) => session.set("a", 1));
    expect(first.headers.getSetCookie()[0]).toContain("; Max-Age=5000; Expires=");
    clock.seconds += 500;
    expect((await visit(cookieIn(first), touch)).headers.getSetCookie()).toEqual([]);
    const rotated = setUp({ secrets: [SECRET, OLD_SECRET], lifetime, store, now: () => clock.seconds * 1000 });
    expect((await rotated.visit(cookieIn(first), touch)).headers.getSetCookie()).toEqual([]);
    // Not even for a write: such an answer could come after that of a login, and overwrite its cookie.
    const written = await rotated.visit(cookieIn(first), (session) => session.set("a", 2));
    expect(written.headers.getSetCookie()).toEqual([]);
    const renewed = await rotated.visit(cookieIn(first), (session) => session.regenerate());
    expect(renewed.headers.getSetCookie()[0]).toContain("; Max-Age=4500; Expires=");
  });

  it("touches the times of an unmodified session, and never its data", async () => {
    const { begin, visit, clock, calls, dataOf } = setUp({ lifetime: { idle: 1000 } });
    const cookie = await begin();
    clock.seconds += 100;
    await visit(cookie, touch);
    expect(calls).toEqual(["read", "touch"]);
    clock.seconds += 950;
    expect(await dataOf(cookie)).toEqual({ a: 1 });
    clock.seconds += 1000;
    expect(await dataOf(cookie)).toEqual({});
  });

  it("ends at its absolute time, however often it is touched", async () => {
    const { begin, visit, clock, dataOf } = setUp({ lifetime: { idle: 1000, absolute: 3000 } });
    const cookie = await begin();
    for (clock.seconds = START + 500; clock.seconds < START + 3000; clock.seconds += 500) await visit(cookie, touch);
    clock.seconds = START + 2999;
    expect(await dataOf(cookie)).toEqual({ a: 1 });
    clock.seconds = START + 3000;
    expect(await dataOf(cookie)).toEqual({});
  });

  it("of an id that the store does not have is empty and new, and says so; its cookie is left alone", async () => {
    const { begin, visit, sessions, load, events } = setUp();
    const cookie = await begin();
    const { id } = await load(cookie);
    await sessions.revoke(id);
    const response = await visit(cookie, (session) => {
      expect([session.isNew, session.size, session.id === id, session.ended]).toEqual([true, 0, false, "revoked"]);
    });
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(events).toContainEqual({ type: "stale-id" });
  });

  it("is deleted when it is destroyed or emptied, and its cookie cleared", async () => {
    for (const end of ["destroy", "clear"] as const) {
      const { begin, visit, dataOf } = setUp();
      const cookie = await begin();
      expect(isCleared(await visit(cookie, (session) => session[end]()))).toBe(true);
      expect(await dataOf(cookie)).toEqual({});
    }
  });

  it("destroyed and written again is another session; the old one is gone", async () => {
    const { begin, visit, dataOf } = setUp();
    const cookie = await begin({ private: true });
    const response = await visit(cookie, (session) => {
      session.destroy();
      session.flash("info", "Signed out");
    });
    expect(await dataOf(cookie)).toEqual({});
    await visit(cookieIn(response), (session) => {
      expect([session.size, session.flashes()]).toEqual([0, [{ category: "info", message: "Signed out" }]]);
    });
  });
});

describe("two requests at once", () => {
  it("both keep what they wrote, key by key", async () => {
    const { begin, load, commit, dataOf, events } = setUp();
    const cookie = await begin({ a: 1, b: 1, gone: 1, cart: { items: [1] } });
    const [one, two] = await Promise.all([load(cookie), load(cookie)]);
    one.set("a", 2);
    one.delete("gone");
    two.set("b", 2).set("c", 3);
    (two.get("cart") as { items: number[] }).items.push(2);
    await commit(one);
    await commit(two);
    expect(await dataOf(cookie)).toEqual({ a: 2, b: 2, c: 3, cart: { items: [1, 2] } });
    expect(events).toEqual([{ type: "conflict-merged", attempts: 2 }]);
  });

  it("both keep their flashes, and neither brings a taken one back", async () => {
    const { begin, visit, load, commit } = setUp();
    const cookie = await begin();
    await visit(cookie, (session) => session.flash("info", "zero"));
    const [reader, writer] = await Promise.all([load(cookie), load(cookie)]);
    expect(reader.flashes()).toHaveLength(1);
    writer.flash("info", "one");
    await commit(reader);
    await commit(writer);
    expect((await load(cookie)).flashes()).toEqual([{ category: "info", message: "one" }]);
  });

  it("count exactly: update is repeated on fresh data until it wins, and answers with what it wrote", async () => {
    const { begin, visit, dataOf } = setUp();
    const cookie = await begin({ n: 0 });
    const seen: unknown[] = [];
    const increment = () =>
      visit(cookie, async (session) => seen.push(await session.update("n", (n) => Number(n) + 1)));
    await Promise.all(Array.from({ length: 64 }, increment));
    expect(await dataOf(cookie)).toEqual({ n: 64 });
    expect(seen.sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
  });

  it("take turns once they were overtaken: each needs one more attempt, not as many as there are others", async () => {
    const { begin, load, commit, calls, events } = setUp();
    const cookie = await begin({ n: 0 });
    const sessions = await Promise.all(Array.from({ length: 64 }, () => load(cookie)));
    await Promise.all(sessions.map((session, i) => commit(session.set(`key ${i}`, i))));
    expect(calls.filter((call) => call === "update")).toHaveLength(64 + 63);
    // One reads again; the others go on from what the one before has written.
    expect(calls.filter((call) => call === "read")).toHaveLength(64 + 1);
    expect(events).toEqual(Array.from({ length: 63 }, () => ({ type: "conflict-merged", attempts: 2 })));
  });

  it("don't wait for ever for one that never ends", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { operations } = memoryStore();
    let hangs = false;
    const read: typeof operations.read = (id) => (hangs ? new Promise(() => {}) : operations.read(id));
    const store = defineStore({ ...fiveOperations({ operations }), read });
    const { begin, visit, load, commit, dataOf } = setUp({ store, now: Date.now });
    const cookie = await begin();
    const [lost, late] = await Promise.all([load(cookie), load(cookie)]);
    await visit(cookie, (session) => session.set("b", 1));
    lost.set("c", 1);
    late.set("d", 1);
    hangs = true;
    void commit(lost);
    await vi.advanceTimersByTimeAsync(0);
    hangs = false;
    const committed = commit(late);
    await vi.advanceTimersByTimeAsync(1000);
    await committed;
    vi.useRealTimers();
    expect(await dataOf(cookie)).toEqual({ a: 1, b: 1, d: 1 });
  });

  it("each setting a key of their own leave 64 keys", async () => {
    const { begin, visit, dataOf } = setUp();
    const full = await begin({ first: true });
    await Promise.all(Array.from({ length: 64 }, (_, i) => visit(full, (session) => session.set(`k${i}`, i))));
    expect(Object.keys(await dataOf(full))).toHaveLength(65);
  });

  it("a slow one does not bring a destroyed session back, and sends no cookie", async () => {
    const { begin, visit, load, commit, dataOf } = setUp();
    for (const act of ["set", "update", "regenerate", "touch"]) {
      const cookie = await begin();
      const slow = await load(cookie);
      await visit(cookie, (session) => session.destroy());
      if (act === "set") slow.set("a", 2);
      if (act === "update") await slow.update("a", () => 2);
      if (act === "regenerate") slow.regenerate();
      if (act === "touch") touch(slow);
      expect((await commit(slow)).headers.getSetCookie()).toEqual([]);
      expect(await dataOf(cookie)).toEqual({});
    }
  });

  it("a slow sign-in to a session that was destroyed begins another one, with what it wrote itself", async () => {
    const { begin, visit, load, commit } = setUp();
    const cookie = await begin();
    const slow = await load(cookie);
    await visit(cookie, (session) => session.destroy());
    slow.set("b", 2).login("ada");
    const signedIn = await load(cookieIn(await commit(slow)));
    expect([signedIn.owner, Object.fromEntries(signedIn)]).toEqual(["ada", { b: 2 }]);
    expect(signedIn.id).not.toBe(slow.id);
  });

  it("a slow login of the owner who was signed in already is no sign-in: once ended, it is an error", async () => {
    const { visit, load, commit } = setUp();
    for (const end of ["regenerate", "destroy"] as const) {
      const cookie = cookieIn(await visit(undefined, (session) => session.login("ada")));
      const slow = await load(cookie);
      await visit(cookie, (session) => session[end]());
      slow.login("ada");
      await expect(commit(slow)).rejects.toMatchObject({ code: "ERR_SESSION_ENDED", status: 409 });
    }
  });

  it("a slow one does not bring an emptied session back, but keeps one that it wrote first", async () => {
    const { begin, visit, load, commit, dataOf } = setUp();
    const cookie = await begin();
    const late = await load(cookie);
    await visit(cookie, (session) => session.clear());
    late.set("b", 1);
    expect((await commit(late)).headers.getSetCookie()).toEqual([]);
    expect(await dataOf(cookie)).toEqual({});

    const other = await begin();
    const emptier = await load(other);
    await visit(other, (session) => session.set("b", 1));
    emptier.clear();
    expect((await commit(emptier)).headers.getSetCookie()).toEqual([]);
    expect(await dataOf(other)).toEqual({ b: 1 });
  });

  it("a token that regenerate replaced shows what it showed, for 10 seconds, and writes nothing", async () => {
    const { begin, visit, clock, dataOf, events } = setUp();
    const cookie = await begin({ a: 1 });
    const renewed = cookieIn(await visit(cookie, (session) => void session.set("b", 2).regenerate()));
    clock.seconds += 9;
    const late = await visit(cookie, (session) => {
      expect([session.ended, session.isNew, Object.fromEntries(session)]).toEqual(["superseded", true, { a: 1 }]);
      session.set("hijack", 1);
    });
    expect(late.headers.getSetCookie()).toEqual([]);
    expect(events).toContainEqual({ type: "superseded-write" });
    expect(await dataOf(renewed)).toEqual({ a: 1, b: 2 });
    clock.seconds += 1;
    const later = await visit(cookie, (session) => {
      expect([session.size, session.ended]).toEqual([0, "revoked"]);
      session.set("new", 1);
    });
    expect(await dataOf(cookieIn(later))).toEqual({ new: 1 });
    expect(await dataOf(renewed)).toEqual({ a: 1, b: 2 });
  });

  it("a token that was replaced while somebody was signed in shows nothing", async () => {
    const { visit } = setUp();
    const cookie = cookieIn(await visit(undefined, (session) => void session.set("mail", 1).login("ada")));
    await visit(cookie, (session) => session.regenerate());
    await visit(cookie, (session) =>
      expect([session.ended, session.owner, session.size]).toEqual(["superseded", undefined, 0]),
    );
  });

  it("each earlier token has its own 10 seconds: a loop of regenerate prolongs nothing", async () => {
    const { begin, visit, clock, load } = setUp();
    const first = await begin();
    let cookie = first;
    for (const seconds of [0, 4, 8]) {
      clock.seconds = START + seconds;
      cookie = cookieIn(await visit(cookie, (session) => session.regenerate()));
    }
    expect((await load(first)).ended).toBe("superseded");
    clock.seconds = START + 10;
    expect((await load(first)).ended).toBe("revoked");
    expect((await load(cookie)).isNew).toBe(false);
  });

  it("signs in by a token that was replaced a moment ago: by joining, where the session is that owner's already", async () => {
    const { begin, visit, load } = setUp();
    const cookie = await begin({ cart: [1] });
    const first = cookieIn(await visit(cookie, (session) => void session.set("n", 1).login("ada")));
    const second = cookieIn(await visit(cookie, (session) => void session.set("m", 2).login("ada")));
    const { id } = await load(first);
    for (const each of [first, second]) {
      const session = await load(each);
      expect([session.id, session.owner, Object.fromEntries(session)]).toEqual([id, "ada", { cart: [1], n: 1, m: 2 }]);
    }
  });

  it("signs in somebody else by such a token in another session", async () => {
    const { begin, visit, load } = setUp();
    const cookie = await begin({ cart: [1] });
    const ada = cookieIn(await visit(cookie, (session) => session.login("ada")));
    let announced = "";
    const bob = cookieIn(
      await visit(cookie, (session) => {
        session.set("b", 1).login("bob");
        announced = session.id;
      }),
    );
    const [first, second] = [await load(ada), await load(bob)];
    expect([first.owner, second.owner, Object.fromEntries(second)]).toEqual(["ada", "bob", { b: 1 }]);
    expect([second.id, second.id === first.id]).toEqual([announced, false]);
  });

  it("ends for everybody when it is destroyed by a token that was replaced, or revoked by its id", async () => {
    for (const end of ["destroyed by a slow request", "destroyed by a late request", "revoked"]) {
      const { begin, visit, load, commit, dataOf, sessions } = setUp();
      const cookie = await begin();
      const early = await load(cookie);
      const second = cookieIn(await visit(cookie, (session) => session.login("ada")));
      const third = cookieIn(await visit(second, (session) => session.regenerate()));
      expect(await dataOf(third)).toEqual({ a: 1 });
      if (end === "revoked") await sessions.revoke(early.id);
      else {
        const session = end.includes("slow") ? early : await load(cookie);
        session.destroy();
        session.flash("info", "Signed out");
        await commit(session);
      }
      expect(await dataOf(third), end).toEqual({});
    }
  });

  it("does not hide the valid session whose token comes beside one that was replaced", async () => {
    const { begin, visit, dataOf, sessions, load } = setUp();
    const replaced = await begin();
    const renewed = cookieIn(await visit(replaced, (session) => session.regenerate()));
    for (const cookie of [`${replaced}; ${renewed}`, `${renewed}; ${replaced}`])
      expect(await dataOf(cookie)).toEqual({ a: 1 });
    const unknown = await begin();
    await sessions.revoke((await load(unknown)).id);
    for (const cookie of [`${replaced}; ${unknown}`, `${unknown}; ${replaced}`, `${replaced}; __Host-session=forged`]) {
      expect((await visit(cookie, (session) => session.set("b", 1))).headers.getSetCookie()).toEqual([]);
    }
  });

  it("a login takes along what another request wrote meanwhile", async () => {
    const { begin, visit, load, commit, dataOf } = setUp();
    const cookie = await begin({ cart: [1] });
    const login = await load(cookie);
    await visit(cookie, (session) => session.set("cart", [1, 2]));
    login.login("ada");
    const renewed = cookieIn(await commit(login));
    expect(await dataOf(renewed)).toEqual({ cart: [1, 2] });
  });

  it("gives up with a clear error when it is overtaken a hundred times", async () => {
    const never: SessionStore = memoryStore();
    const stubborn = defineStore({ ...fiveOperations(never), update: async () => "changed" });
    const { begin, load, commit } = setUp({ store: stubborn, now: Date.now });
    const session = await load(await begin());
    session.set("a", 2);
    await expect(commit(session)).rejects.toMatchObject({ code: "ERR_CONFLICT" });
  }, 30_000);
});

describe("cacheFor", () => {
  /** A browser: two cookies travel. */
  function browsing(options: Partial<SessionOptions> = {}) {
    const test = setUp({ cacheFor: 60, ...options });
    const jar = new Jar();
    const browse = async (handler: (session: Awaited<ReturnType<typeof test.load>>) => unknown, from = jar) => {
      const response = await test.visit(from.header, handler);
      jar.take(response);
      return response;
    };
    const dataIn = (from: Jar) => test.dataOf(String(from.header));
    return { ...test, jar, browse, dataIn };
  }
  const COPY = "__Host-session-copy";

  it("reads without the store inside the window, and at the store after it, once per window", async () => {
    const { browse, calls, clock, jar } = browsing();
    await browse((session) => session.set("a", 1));
    calls.length = 0;
    await browse((session) => expect(session.get("a")).toBe(1));
    expect([calls, jar.names]).toEqual([[], ["__Host-session", COPY]]);
    clock.seconds += 60;
    const response = await browse(touch);
    expect(calls.splice(0)).toEqual(["read"]);
    expect(response.headers.getSetCookie().map((line) => line.split("=")[0])).toEqual([COPY]);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    await browse((session) => expect(session.get("a")).toBe(1));
    expect(calls).toEqual([]);
  });

  it("sends the copy for as long as it counts, from the moment at which the record was read", async () => {
    const { browse, clock, visit, jar } = browsing();
    await browse((session) => session.set("a", 1));
    clock.seconds += 100;
    const slow = await visit(jar.header, (session) => {
      touch(session);
      clock.seconds += 20;
    });
    expect(slow.headers.getSetCookie()[0]).toContain("; Max-Age=40; Expires=");
    const slower = await visit(jar.header, (session) => {
      touch(session);
      clock.seconds += 60;
    });
    // Grown old on the way: what the client has of it goes.
    expect(slower.headers.getSetCookie()[0]).toContain("-copy=; Max-Age=0;");
  });

  it("writes at the store at once, and renews the copy", async () => {
    const { browse, calls, dataIn, jar } = browsing();
    await browse((session) => session.set("a", 1));
    calls.length = 0;
    await browse((session) => session.set("a", 2));
    expect(calls.splice(0)).toEqual(["update"]);
    expect(await dataIn(jar)).toEqual({ a: 2 });
    expect(calls).toEqual([]);
  });

  it("renews the copy after update as well, without another write", async () => {
    const { browse, calls, dataIn, jar } = browsing();
    await browse((session) => session.set("n", 1));
    calls.length = 0;
    await browse((session) => session.update("n", (n) => Number(n) + 1));
    expect(calls.splice(0)).toEqual(["read", "update"]);
    expect(await dataIn(jar)).toEqual({ n: 2 });
    expect(calls).toEqual([]);
  });

  it("merges a write that started from an old copy", async () => {
    const { browse, dataIn, jar } = browsing();
    await browse((session) => session.set("a", 1));
    const old = jar.copy();
    await browse((session) => session.set("b", 2));
    await browse((session) => session.set("c", 3), old);
    expect(await dataIn(jar)).toEqual({ a: 1, b: 2, c: 3 });
  });

  it("notices a revocation when the window is over, and in a write at once", async () => {
    const { browse, jar, sessions, load, clock, dataIn, visit } = browsing();
    await browse((session) => session.set("a", 1));
    await sessions.revoke((await load(jar.header)).id);
    expect(await dataIn(jar)).toEqual({ a: 1 });
    expect((await visit(jar.header, (session) => session.set("a", 2))).headers.getSetCookie()).toEqual([]);
    clock.seconds += 60;
    expect(await dataIn(jar)).toEqual({});
  });

  it("does not count the copy of another generation, nor of another session", async () => {
    const { browse, jar, dataIn, calls } = browsing();
    await browse((session) => session.set("a", 1));
    const old = jar.copy();
    await browse((session) => void session.set("a", 2).login("ada"));
    const [, copy] = String(old.header).split("; ");
    calls.length = 0;
    const [token] = String(jar.header).split("; ");
    expect(
      await dataIn(
        new Jar([
          ["__Host-session", String(token?.slice(15))],
          [COPY, String(copy?.slice(COPY.length + 1))],
        ]),
      ),
    ).toEqual({ a: 2 });
    expect(calls).toEqual(["read"]);
  });

  it("keeps a login in its window, and what it needs of the record when it is written again", async () => {
    const { browse, jar, visit, calls } = browsing();
    await browse((session) => session.set("cart", [1]));
    const planted = jar.copy();
    await browse((session) => session.login("ada"));
    calls.length = 0;
    await browse((session) => expect(session.owner).toBe("ada"));
    expect(calls).toEqual([]);
    await browse((session) => session.set("b", 1));
    expect(calls).toEqual(["read", "update"]);
    // The former token is still known as superseded.
    const [token] = String(planted.header).split("; ");
    await visit(token, (session) => expect([session.ended, session.get("cart")]).toEqual(["superseded", [1]]));
  });

  it("leaves out a copy that does not fit, and takes the former one away", async () => {
    const { browse, jar, dataIn, clock } = browsing();
    await browse((session) => session.set("a", 1));
    await browse((session) => session.set("list", "x".repeat(5000)));
    expect(jar.names).toEqual(["__Host-session"]);
    clock.seconds += 600;
    await browse((session) => expect(session.get("a")).toBe(1));
    expect(Object.keys(await dataIn(jar))).toEqual(["a", "list"]);
  });

  it("clears both cookies when the session ends", async () => {
    const { browse, jar } = browsing();
    for (const end of ["destroy", "clear"] as const) {
      await browse((session) => session.set("a", 1));
      expect(jar.names).toHaveLength(2);
      await browse((session) => session[end]());
      expect(jar.names).toEqual([]);
    }
  });

  it("opens nothing by the copy alone, nor takes a copy for a session or a session for a copy", async () => {
    const { browse, jar, dataOf } = browsing();
    await browse((session) => session.set("a", 1));
    const [token, copy] = String(jar.header)
      .split("; ")
      .map((pair) => pair.slice(pair.indexOf("=") + 1));
    for (const cookie of [`${COPY}=${copy}`, `__Host-session=${copy}`, `${COPY}=${token}`]) {
      expect(await dataOf(cookie)).toEqual({});
    }
  });
});

describe("owners", () => {
  async function signedIn(owner: string, count: number, options: Partial<SessionOptions> = {}) {
    const test = setUp(options);
    const cookies: string[] = [];
    for (let i = 0; i < count; i++) {
      cookies.push(cookieIn(await test.visit(undefined, (session) => session.login(owner))));
      test.clock.seconds += 10;
    }
    return { ...test, cookies };
  }

  it("list their sessions, last used first, without tokens", async () => {
    const { sessions, cookies, load } = await signedIn("ada", 3);
    const { id } = await load(cookies[1]);
    const list = await sessions.list("ada", id);
    expect(list).toHaveLength(3);
    expect(list.map((info) => info.usedAt.getTime() / 1000 - START)).toEqual([20, 10, 0]);
    expect(list.filter((info) => info.current).map((info) => info.id)).toEqual([id]);
    const keys = ["createdAt", "current", "data", "expiresAt", "id", "persistent", "usedAt"];
    expect(Object.keys(list[0] ?? {}).sort()).toEqual(keys);
    expect(await sessions.list("bob")).toEqual([]);
  });

  it("end one, or all but one", async () => {
    const { sessions, cookies, load, visit } = await signedIn("ada", 3);
    const ownerOf = async (cookie?: string) => (await load(cookie)).owner;
    await sessions.revoke((await load(cookies[0])).id);
    expect(await ownerOf(cookies[0])).toBeUndefined();
    const { id } = await load(cookies[1]);
    expect(await sessions.revokeAll("ada", { except: id })).toBe(1);
    expect([await ownerOf(cookies[1]), await ownerOf(cookies[2])]).toEqual(["ada", undefined]);
    await visit(cookies[2], (session) => expect(session.ended).toBe("revoked"));
    expect(await sessions.revokeAll("ada")).toBe(1);
    expect(await sessions.list("ada")).toEqual([]);
  });

  it("see one entry for a session, under one id, however often it gets a new token", async () => {
    const { sessions, visit, cookies } = await signedIn("ada", 1);
    const before = await sessions.list("ada");
    await visit(cookies[0], (session) => session.regenerate());
    expect((await sessions.list("ada")).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  });

  it("see the data, whether it survives the browser, and at most 100 sessions unless they ask for more", async () => {
    const { sessions, visit } = setUp();
    for (let i = 0; i < 105; i++) {
      await visit(undefined, (session) => void session.set("device", i).login("ada", { persistent: i === 0 }));
    }
    expect(await sessions.list("ada")).toHaveLength(100);
    const all = await sessions.list("ada", undefined, { limit: 200 });
    expect(all.map(({ data }) => Number(data.device)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 105 }, (_, i) => i),
    );
    expect(all.filter(({ persistent }) => persistent).map(({ data }) => data.device)).toEqual([0]);
  });

  it("beyond their number of sessions lose the one not used for longest", async () => {
    const sessionsPerOwner = { max: 2, beyond: "end-oldest" } as const;
    const { load, cookies, sessions } = await signedIn("ada", 3, { sessionsPerOwner });
    expect(await Promise.all(cookies.map(async (cookie) => (await load(cookie)).owner))).toEqual([
      undefined,
      "ada",
      "ada",
    ]);
    expect(await sessions.list("ada")).toHaveLength(2);
  });

  it("or are refused another one", async () => {
    const sessionsPerOwner = { max: 2, beyond: "refuse" } as const;
    const { visit, cookies, load } = await signedIn("ada", 2, { sessionsPerOwner });
    const failing = visit(undefined, (session) => session.login("ada"));
    await expect(failing).rejects.toMatchObject({ code: "ERR_TOO_MANY_SESSIONS" });
    await visit(cookies[0], (session) => session.login("ada"));
    expect((await load(cookies[1])).owner).toBe("ada");
  });

  it("need a store: without one, the reason is told", async () => {
    const sessions = createSessions({ secrets: SECRET });
    for (const call of [sessions.list("ada"), sessions.revoke("x"), sessions.revokeAll("ada")]) {
      await expect(call).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
    }
    expect(await sessions.sweep()).toBe(0);
  });
});

describe("a store that fails", () => {
  const failure = new Error("connection refused");
  const broken = (operation: "read" | "update" | "delete") => {
    const working = memoryStore({ now: () => START * 1000 });
    const operations = fiveOperations(working);
    return { working, broken: defineStore({ ...operations, [operation]: () => Promise.reject(failure) }) };
  };

  it.each([
    ["read", "set"],
    ["update", "set"],
    ["delete", "destroy"],
  ] as const)("rejects with ERR_STORE and its cause, and logs nobody out: %s, %s", async (operation, what) => {
    const { working, broken: store } = broken(operation);
    const cookie = await setUp({ store: working }).begin();
    const { visit, events } = setUp({ store });
    const act = (session: { set(key: string, value: unknown): unknown; destroy(): void }) =>
      what === "destroy" ? session.destroy() : session.set("a", 2);
    const failing = visit(cookie, act);
    await expect(failing).rejects.toMatchObject({ code: "ERR_STORE", cause: failure });
    expect(events).toEqual([{ type: "store-failed", operation }]);
    expect(await setUp({ store: working }).dataOf(cookie)).toEqual({ a: 1 });
  });

  it("is not asked for an anonymous visitor", async () => {
    const { visit } = setUp({ store: broken("read").broken });
    expect((await visit(undefined, touch)).status).toBe(200);
  });

  it.each([
    ["an error whose `errors` are no list", Object.assign(new Error("validation failed"), { errors: { a: 1 } })],
    ["no error", undefined],
    ["a text", "no connection"],
  ])("may fail with %s, and with a cureFor that fails too", async (_what, cause) => {
    const { working } = broken("read");
    const cookie = await setUp({ store: working }).begin();
    const read = () => Promise.reject(cause);
    const cureFor = (error: unknown) => String((error as { missing: { deep: string } }).missing.deep);
    const { load } = setUp({ store: defineStore({ ...fiveOperations(working), read, cureFor }) });
    await expect(load(cookie)).rejects.toMatchObject({ code: "ERR_STORE", cause });
  });

  it("may answer without a promise", async () => {
    const records = new Map<string, SessionRecord>();
    const store = defineStore({
      read: (id: string) => records.get(id),
      create: (id: string, record: SessionRecord) => records.size < records.set(id, record).size,
      update: (id: string, record: SessionRecord) => records.set(id, record) && "saved",
      touch: () => "saved",
      delete: (id: string) => void records.delete(id),
    } as never);
    const { begin, load } = setUp({ store });
    expect((await load(await begin())).get("a")).toBe(1);
  });

  it("counts as failed when it takes longer than storeTimeout", async () => {
    const { working } = broken("read");
    const cookie = await setUp({ store: working }).begin();
    const hanging = defineStore({ ...fiveOperations(working), read: () => new Promise(() => {}) });
    const { load, events } = setUp({ store: hanging, storeTimeout: 20 });
    await expect(load(cookie)).rejects.toMatchObject({ code: "ERR_STORE", cause: { message: /20 ms/ } });
    expect(events).toEqual([{ type: "store-failed", operation: "read" }]);
  });

  it("that holds what is no record of ours is told apart from an empty session", async () => {
    const { working } = broken("read");
    const { begin, load } = setUp({ store: working });
    const cookie = await begin();
    const { id } = await load(cookie);
    const record = await working.operations.read(id);
    await working.operations.update(id, { ...record, data: "damaged", version: 2 } as never, 1);
    await expect(load(cookie)).rejects.toMatchObject({ code: "ERR_STORE" });
  });
});

it("options of stores that can't work throw at construction", () => {
  const store = memoryStore();
  for (const [options, message] of [
    [{ cacheFor: -1 }, /^cacheFor must be whole seconds/],
    [{ cacheFor: 0.5 }, /^cacheFor/],
    [{ storeTimeout: 0 }, /^storeTimeout must be milliseconds/],
    [{ sessionsPerOwner: { max: 0, beyond: "refuse" } }, /^sessionsPerOwner needs a max above 0/],
    [
      { store: defineStore(fiveOperations(store)), sessionsPerOwner: { max: 1, beyond: "refuse" } },
      /can list by owner/,
    ],
  ] as const) {
    expect(() => createSessions({ secrets: SECRET, store, ...options })).toThrow(message);
  }
});
