import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encrypted } from "../src/encrypted.ts";
import { defineStore, memoryStore, type Session, type SessionOptions, type StoreOperations } from "../src/index.ts";
import { faulty } from "../src/testing.ts";
import { bound } from "./bound.ts";
import { claimsOf, cookieIn, OLD_SECRET, SECRET, START, setUp, touch } from "./helpers.ts";
import { instantHmac } from "./instant-hmac.ts";

type Data = Record<string, unknown>;
type Write = (session: Session<Data>) => unknown;

/** More than a cookie holds, once it is base64url. */
const LARGE = "x".repeat(4000);
const put =
  (data: Data): Write =>
  (session) => {
    for (const [key, value] of Object.entries(data)) session.set(key, value);
  };

/** Sessions that overflow into a store which counts its calls, and may be made to fail. */
function setUpSpilling(options: Partial<SessionOptions> = {}) {
  const time = { now: () => 0 };
  const calls: string[] = [];
  const faults = { down: false };
  const { operations } = memoryStore({ now: () => time.now() });
  const watched = faulty(defineStore(operations), {
    failure: (operation) => {
      calls.push(operation);
      return faults.down ? "before" : undefined;
    },
  });
  const test = setUp({ store: watched, overflow: "store", ...options });
  time.now = () => test.clock.seconds * 1000;
  const load = (cookie: string) => test.sessions.load(new Request("http://localhost/", { headers: { cookie } }));
  const commit = (session: Session<Data>) => test.sessions.commit(session, new Response("ok"));
  /** The cookie of a session with this data, in the token or in the store as it fits. */
  const begin = async (data: Data) => {
    const cookie = await test.cookieOf(put(data));
    calls.length = 0;
    return cookie;
  };
  /** The cookie that a browser has after this. */
  const next = async (cookie: string, write: Write) => {
    const response = await test.visit(cookie, write);
    return response.headers.getSetCookie().length > 0 ? cookieIn(response) : cookie;
  };
  return { ...test, operations, calls, faults, load, commit, begin, next };
}

const isInStore = (cookie: string) => "r" in claimsOf(cookie);
const idIn = (cookie: string) => String(claimsOf(cookie).sid);

describe("a session that may overflow into the store", () => {
  it("never asks the store while it fits into its token", async () => {
    const { begin, next, dataOf, calls } = setUpSpilling();
    const cookie = await next(await begin({ a: 1 }), (session) => session.set("b", 2));
    expect(await dataOf(cookie)).toEqual({ a: 1, b: 2 });
    expect([isInStore(cookie), calls]).toEqual([false, []]);
  });

  it("moves there when it does not fit any more, and back when it does", async () => {
    const { begin, next, dataOf, calls } = setUpSpilling();
    const small = await begin({ a: 1 });
    const large = await next(small, put({ text: LARGE }));
    expect(calls.splice(0)).toEqual(["create"]);
    expect(await dataOf(large)).toEqual({ a: 1, text: LARGE });
    expect(calls.splice(0)).toEqual(["read"]);
    const larger = await next(large, put({ more: LARGE }));
    expect(calls.splice(0)).toEqual(["read", "update"]);
    expect(await dataOf(larger)).toEqual({ a: 1, text: LARGE, more: LARGE });
    calls.length = 0;
    const again = await next(larger, (session) => {
      session.delete("text");
      session.set("more", "little");
    });
    expect(calls.splice(0)).toEqual(["read", "update"]);
    expect(await dataOf(again)).toEqual({ a: 1, more: "little" });
    expect(calls).toEqual([]);
    expect([small, large, larger, again].map(isInStore)).toEqual([false, true, true, false]);
    expect(new Set([small, large, larger, again].map(idIn)).size).toBe(1);
  });

  it("is what was written last, through any number of moves", async () => {
    const sizes = fc.array(fc.nat(6000), { minLength: 2, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(sizes, async (each) => {
        const { begin, next, load } = setUpSpilling();
        let cookie = await begin({ first: true });
        for (const [i, size] of each.entries()) {
          const key = `key ${i}`;
          cookie = await next(cookie, (session) => {
            for (const old of session.keys()) if (old.startsWith("key")) session.delete(old);
            session.set(key, "x".repeat(size));
          });
          const session = await load(cookie);
          expect(Object.fromEntries(session)).toEqual({ first: true, [key]: "x".repeat(size) });
          expect(session.isNew).toBe(false);
          expect(cookie.length).toBeLessThanOrEqual(4097);
          // Just where it no longer fits is a matter of bytes, of the chunks' tests.
          if (Math.abs(size - 2900) > 100) expect(isInStore(cookie)).toBe(size > 2900);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("starts there where it is large at once", async () => {
    const { begin, dataOf } = setUpSpilling();
    const cookie = await begin({ text: LARGE });
    expect([isInStore(cookie), await dataOf(cookie)]).toEqual([true, { text: LARGE }]);
  });

  it("has nothing of data and flashes in its token then", async () => {
    const { cookieOf, load } = setUpSpilling();
    const cookie = await cookieOf((session) => session.flash("info", LARGE));
    expect(Object.keys(claimsOf(cookie)).sort()).toEqual(["exp", "iat", "r", "sid"]);
    expect((await load(cookie)).flashes()).toEqual([{ category: "info", message: LARGE }]);
  });

  it("keeps owner, start and the wish to persist in both places", async () => {
    const { visit, next, load, clock } = setUpSpilling();
    const first = await visit(undefined, (session) => {
      session.login("ada");
      session.persistent = true;
    });
    const { createdAt } = await load(cookieIn(first));
    clock.seconds += 100;
    const second = await visit(cookieIn(first), put({ text: LARGE }));
    expect(second.headers.getSetCookie()[0]).toContain("; Max-Age=2591900;");
    const third = await next(cookieIn(second), (session) => session.delete("text"));
    for (const cookie of [cookieIn(second), third]) {
      const session = await load(cookie);
      expect([session.owner, session.persistent, session.createdAt]).toEqual(["ada", true, createdAt]);
    }
  });

  it("does not report a large token where a small one is sent", async () => {
    const { begin, next, events } = setUpSpilling();
    await next(await begin({ text: LARGE }), put({ more: LARGE }));
    expect(events).toEqual([]);
    await begin({ text: "x".repeat(2700) });
    expect(events).toEqual([{ type: "token-large", bytes: expect.any(Number) }]);
  });

  it("is an error only where not even its name and owner fit", async () => {
    const { visit } = setUpSpilling();
    const failing = visit(undefined, (session) => session.login("o".repeat(5000)));
    await expect(failing).rejects.toEqual(expect.objectContaining({ code: "ERR_TOKEN_TOO_LARGE" }));
  });

  it("works the same with encrypted tokens", async () => {
    const { begin, next, dataOf, calls } = setUpSpilling({ codec: encrypted() });
    const small = await begin({ a: 1 });
    const large = await next(small, put({ text: LARGE }));
    expect(calls).toEqual(["create"]);
    expect(large.length).toBeLessThan(400);
    expect(await dataOf(large)).toEqual({ a: 1, text: LARGE });
    const again = await next(large, (session) => session.delete("text"));
    calls.length = 0;
    expect(await dataOf(again)).toEqual({ a: 1 });
    expect(calls).toEqual([]);
  });

  it("gets a token of the newest secret in both places", async () => {
    const old = setUpSpilling({ secrets: OLD_SECRET });
    const { store } = { store: defineStore(old.operations) };
    for (const data of [{ a: 1 }, { text: LARGE }]) {
      const cookie = await old.begin(data);
      // In the store, with the next token that is due.
      const renew: Write = (session) => ("text" in data ? session.regenerate() : touch(session));
      const renewed = await setUpSpilling({ secrets: [SECRET, OLD_SECRET], store }).next(cookie, renew);
      expect(await setUpSpilling({ store }).dataOf(renewed)).toEqual(data);
    }
  });
});

describe("several requests at once", () => {
  it("lose nothing while the data is in the store", async () => {
    const { begin, load, commit, dataOf } = setUpSpilling();
    const cookie = await begin({ text: LARGE, n: 0 });
    const sessions = await Promise.all(Array.from({ length: 5 }, () => load(cookie)));
    for (const [i, session] of sessions.entries()) session.set(`key ${i}`, i);
    await Promise.all(sessions.map((session) => session.update("n", (n) => Number(n) + 1)));
    const responses = await Promise.all(sessions.map(commit));
    expect(responses.flatMap(({ headers }) => headers.getSetCookie())).toEqual([]);
    const all = { text: LARGE, n: 5, "key 0": 0, "key 1": 1, "key 2": 2, "key 3": 3, "key 4": 4 };
    expect(await dataOf(cookie)).toEqual(all);
  });

  it("may all have it grow: none fails, and the last one wins, as in tokens", async () => {
    const { begin, load, commit, dataOf } = setUpSpilling();
    const cookie = await begin({ a: 1 });
    const sessions = await Promise.all([load(cookie), load(cookie), load(cookie)]);
    for (const [i, session] of sessions.entries()) session.set("text", `${i}${LARGE}`);
    const cookies = (await Promise.all(sessions.map(commit))).map(cookieIn);
    const seen = await Promise.all(cookies.map(async (each) => String((await dataOf(each)).text)[0]));
    expect(["000", "111", "222"]).toContain(seen.join(""));
  });

  it("may overtake one another as they do", async () => {
    const inner = memoryStore().operations;
    let overtake: (() => Promise<unknown>) | undefined;
    const store = defineStore({
      read: (id) => inner.read(id),
      update: (id, record, version) => inner.update(id, record, version),
      touch: (...touch) => inner.touch(...touch),
      delete: (id) => inner.delete(id),
      create: async (id, record) => {
        const other = overtake;
        overtake = undefined;
        await other?.();
        return inner.create(id, record);
      },
    });
    const { begin, load, commit, dataOf } = setUpSpilling({ store });
    const cookie = await begin({ a: 1 });
    const [slow, swift] = [await load(cookie), await load(cookie)];
    slow.set("text", `slow ${LARGE}`);
    swift.set("text", `swift ${LARGE}`);
    overtake = () => commit(swift);
    expect(await dataOf(cookieIn(await commit(slow)))).toEqual({ a: 1, text: `slow ${LARGE}` });
  });

  it("that were on their way find the data where it was when they were sent", async () => {
    const { begin, next, dataOf, visit } = setUpSpilling();
    const large = await begin({ text: LARGE });
    const small = await next(large, put({ text: "little" }));
    expect(await dataOf(large)).toEqual({ text: "little" });
    const late = await visit(large, put({ late: true }));
    expect(await dataOf(cookieIn(late))).toEqual({ text: "little", late: true });
    expect(await dataOf(small)).toEqual({ text: "little" });
  });

  it("do not bring back what was deleted while the data was in the token", async () => {
    const { begin, next, dataOf } = setUpSpilling();
    const small = await next(await begin({ old: LARGE, keep: 1 }), (session) => session.delete("old"));
    const without = await next(small, (session) => session.delete("keep"));
    expect(await dataOf(await next(without, put({ new: LARGE })))).toEqual({ new: LARGE });
  });
});

describe("what has ended", () => {
  /** Every way to make a session's tokens worthless, and whether the session itself lives on. */
  const ends: [name: string, write: Write, livesOn: boolean][] = [
    ["destroy", (session) => session.destroy(), false],
    ["destroy and a new session", (session) => [session.destroy(), session.set("b", 2)], false],
    ["emptying", (session) => session.clear(), false],
    ["login", (session) => session.login("ada"), true],
    ["regenerate", (session) => session.regenerate(), true],
  ];

  it.each(ends)("by %s leaves nothing in the store that a former token opens", async (_name, end, livesOn) => {
    const { begin, visit, load, operations, clock } = setUpSpilling();
    const cookie = await begin({ text: LARGE });
    const response = await visit(cookie, end);
    const left = await operations.read(idIn(cookie));
    expect((left?.data ?? "").includes("xxxx")).toBe(livesOn);
    clock.seconds += 10;
    const late = await load(cookie);
    expect([late.isNew, late.size]).toEqual([true, 0]);
    if (livesOn) expect((await load(cookieIn(response))).get("text")).toBe(LARGE);
  });

  it.each(ends)("by %s after the data came back to the token leaves none either", async (_name, end, livesOn) => {
    const { begin, next, visit, load, operations } = setUpSpilling();
    const large = await begin({ text: LARGE });
    const small = await next(large, put({ text: "little" }));
    const response = await visit(small, end);
    expect(await operations.read(idIn(large))).toBeUndefined();
    expect((await load(large)).isNew).toBe(true);
    if (livesOn) expect((await load(cookieIn(response))).get("text")).toBe("little");
  });

  it("by regenerate in the token keeps copies of the former token away from what overflows later", async () => {
    const { begin, next, load, dataOf } = setUpSpilling();
    const planted = await begin({ cart: 1 });
    const victim = await next(await next(planted, (session) => session.login("ada")), put({ text: LARGE }));
    // Who planted the cookie takes a new token as well, and has it overflow.
    const attacker = await next(await next(planted, (session) => session.regenerate()), put({ text: `${LARGE}!` }));
    expect([isInStore(victim), isInStore(attacker)]).toEqual([true, true]);
    expect([(await load(victim)).owner, (await load(attacker)).owner]).toEqual(["ada", undefined]);
    expect(await dataOf(victim)).toEqual({ cart: 1, text: LARGE });
  });

  it("by login in the store can't be overwritten from a former token with the data in it", async () => {
    const { begin, next, load, visit, events } = setUpSpilling();
    const small = await begin({ a: 1 });
    const victim = await next(await next(small, put({ text: LARGE })), (session) => session.login("ada"));
    const late = await visit(small, put({ text: `${LARGE}!` }));
    expect(late.headers.getSetCookie()).toEqual([]);
    expect(events).toEqual([{ type: "superseded-write" }]);
    expect([(await load(victim)).owner, (await load(victim)).get("text")]).toEqual(["ada", LARGE]);
  });

  it("by a newer token has no cookie sent that overtakes that one", async () => {
    const { begin, visit, load } = setUpSpilling();
    const cookie = await begin({ text: LARGE });
    const login = await visit(cookie, (session) => session.login("ada"));
    const late = await visit(cookie, put({ late: true }));
    expect(late.headers.getSetCookie()).toEqual([]);
    expect((await load(cookieIn(login))).owner).toBe("ada");
  });

  it("in between leaves nothing to a slow writer", async () => {
    const { begin, load, commit, visit, dataOf } = setUpSpilling();
    const cookie = await begin({ text: LARGE });
    const slow = await load(cookie);
    slow.set("late", true);
    await visit(cookie, (session) => session.destroy());
    expect((await commit(slow)).headers.getSetCookie()).toEqual([]);
    expect(await dataOf(cookie)).toEqual({});
  });

  it("because the store has lost it says so", async () => {
    const { begin, visit, operations, events } = setUpSpilling();
    const cookie = await begin({ text: LARGE });
    await operations.delete(idIn(cookie));
    await visit(cookie, (session) =>
      expect([session.isNew, session.size, session.ended]).toEqual([true, 0, "revoked"]),
    );
    expect(events).toEqual([{ type: "stale-id" }]);
  });
});

describe("with revocations", () => {
  const setUpRevocable = () => setUpSpilling({ revocations: memoryStore() });
  const both: [place: string, data: Data][] = [
    ["in the token", { a: 1 }],
    ["in the store", { a: 1, text: LARGE }],
  ];

  it("a sign-out counts, though another request moves the record while it loads", async () => {
    const { operations } = memoryStore({ now: () => START * 1000 });
    const hook: { act?: () => Promise<unknown> } = {};
    const read: StoreOperations["read"] = async (id) => {
      const { act } = hook;
      delete hook.act;
      await act?.();
      return operations.read(id);
    };
    const revocations = memoryStore({ now: () => START * 1000 });
    const options = { store: defineStore({ ...bound(operations), read }), overflow: "store" as const, revocations };
    const clicking = setUp(options);
    const signingOut = setUp(options);
    const cookie = await clicking.cookieOf((session) => session.set("text", LARGE));
    let renewed = "";
    hook.act = async () => {
      renewed = cookieIn(await clicking.visit(cookie, (session) => session.regenerate()));
    };
    await signingOut.visit(cookie, (session) => session.destroy());
    expect(renewed).not.toBe("");
    await clicking.visit(renewed, (session) => expect([session.isNew, session.size]).toEqual([true, 0]));
  });

  it.each(both)("a session %s is destroyed for good, also for who has an older token", async (_place, data) => {
    const { begin, next, visit, load } = setUpRevocable();
    const first = await begin({ a: 0 });
    const second = await next(first, put(data));
    await visit(second, (session) => session.destroy());
    for (const cookie of [first, second]) expect((await load(cookie)).isNew).toBe(true);
  });

  it.each(both)("a session %s is revoked by its id, and its record goes", async (_place, data) => {
    const { begin, sessions, load, operations, events } = setUpRevocable();
    const cookie = await begin(data);
    await sessions.revoke(idIn(cookie));
    expect((await load(cookie)).isNew).toBe(true);
    expect(events).toEqual([{ type: "token-rejected", reason: "revoked" }]);
    expect(await operations.read(idIn(cookie))).toBeUndefined();
  });

  it.each(both)("a session %s ends with all of its owner's, and a later sign-in lives", async (_place, data) => {
    const { cookieOf, begin, next, sessions, load } = setUpRevocable();
    const signIn: Write = (session) => {
      session.login("ada");
      put(data)(session);
    };
    const cookie = await cookieOf(signIn);
    await sessions.revokeAll("ada");
    expect((await load(cookie)).isNew).toBe(true);
    // In the same second, and from a session that began in it.
    for (const later of [await cookieOf(signIn), await next(await begin(data), signIn)]) {
      const session = await load(later);
      expect([session.owner, Object.fromEntries(session)]).toEqual(["ada", data]);
    }
  });

  it.each(both)("a session %s lives on under its new token only", async (_place, data) => {
    const { begin, next, load, visit } = setUpRevocable();
    const cookie = await begin(data);
    const renewed = await next(cookie, (session) => session.regenerate());
    expect([(await load(cookie)).isNew, Object.fromEntries(await load(renewed))]).toEqual([true, data]);
    // What a request writes that was on its way is lost, and does not overtake the new token.
    const late = await visit(cookie, put({ late: true }));
    expect(late.headers.getSetCookie()).toEqual([]);
  });

  it("says that nothing can be revoked without them", async () => {
    const { sessions } = setUpSpilling();
    const unavailable = expect.objectContaining({ code: "ERR_INVALID_OPTION" });
    await expect(sessions.revoke("A".repeat(22))).rejects.toEqual(unavailable);
    await expect(sessions.revokeAll("ada")).rejects.toEqual(unavailable);
    await expect(sessions.list("ada")).rejects.toEqual(unavailable);
  });
});

describe("time", () => {
  const lifetime = { idle: 1000, absolute: 5000, refresh: 100 };

  it.each([
    ["in the token", "little"],
    ["in the store", LARGE],
  ])("ends a session %s that is not used, and one that is used too long", async (_place, text) => {
    const { begin, next, load, clock } = setUpSpilling({ lifetime });
    const unused = await begin({ text });
    let used = await begin({ text });
    for (let seconds = 0; seconds < 4950; seconds += 990) {
      expect((await load(used)).get("text")).toBe(text);
      clock.seconds += 990;
      if (seconds < 3960) used = await next(used, touch);
      expect((await load(unused)).isNew).toBe(seconds >= 990);
    }
    expect((await load(used)).isNew).toBe(false);
    clock.seconds += 50;
    expect((await load(used)).isNew).toBe(true);
  });

  it("of a refresh is kept by the record alone, and the client needs no new token", async () => {
    const { begin, next, clock, operations, calls } = setUpSpilling({ lifetime });
    const cookie = await begin({ text: LARGE });
    clock.seconds += 500;
    expect(await next(cookie, touch)).toBe(cookie);
    expect(calls).toEqual(["read", "touch"]);
    const { expiresAt } = (await operations.read(idIn(cookie))) ?? {};
    expect([expiresAt, claimsOf(cookie).exp]).toEqual([clock.seconds + 1000, START + 5000]);
  });

  it("does not run out for a token while its record is in use: by updates alone, and by reading", async () => {
    const { begin, visit, clock, load } = setUpSpilling({ lifetime });
    const cookie = await begin({ text: LARGE, n: 0 });
    for (const _ of Array(4)) {
      clock.seconds += 300;
      await visit(cookie, (session) => session.update("n", (n) => Number(n) + 1));
    }
    clock.seconds += 300;
    await visit(cookie, touch);
    clock.seconds += 900;
    expect((await load(cookie)).get("n")).toBe(4);
  });

  it("takes records away that nobody needs any more", async () => {
    const { begin, next, clock, sessions, load } = setUpSpilling({ lifetime });
    let cookie = await next(await begin({ text: LARGE }), put({ text: "little" }));
    for (const _ of Array(2)) {
      clock.seconds += 900;
      cookie = await next(cookie, touch);
    }
    expect(await sessions.sweep()).toBe(1);
    expect((await load(cookie)).get("text")).toBe("little");
    cookie = await next(cookie, put({ text: LARGE }));
    expect((await load(cookie)).get("text")).toBe(LARGE);
  });
});

describe("a store that fails", () => {
  const failure = expect.objectContaining({ code: "ERR_STORE", cause: expect.any(Error) });

  it("harms no session that fits into its token", async () => {
    const { begin, next, faults, dataOf } = setUpSpilling();
    const cookie = await begin({ a: 1 });
    faults.down = true;
    expect(await dataOf(await next(cookie, put({ b: 2 })))).toEqual({ a: 1, b: 2 });
  });

  it.each<[string, Data, Write]>([
    ["reading", { text: LARGE }, touch],
    ["moving there", { a: 1 }, put({ text: LARGE })],
    ["moving back", { text: LARGE }, put({ text: "little" })],
    ["destroying", { a: 1 }, (session) => session.destroy()],
    ["signing in", { a: 1 }, (session) => session.login("ada")],
  ])("when %s is an error of the request, and ends no session", async (_name, data, write) => {
    const { begin, visit, faults, dataOf, events } = setUpSpilling();
    const cookie = await begin(data);
    faults.down = true;
    await expect(visit(cookie, write)).rejects.toEqual(failure);
    expect(events).toEqual([{ type: "store-failed", operation: expect.any(String) }]);
    faults.down = false;
    expect(await dataOf(cookie)).toEqual(data);
  });
});

type Act = "grow" | "shrink" | "set" | "update" | "regenerate" | "destroy";

/** Requests with one cookie, whose calls of the store are answered in the order that the scheduler chooses. */
async function interleave(scheduler: fc.Scheduler, requests: readonly Act[][], data: Data, revocable: boolean) {
  const swift = { store: memoryStore(), ...(revocable && { revocations: memoryStore() }) };
  const slow = Object.entries(swift).map(([name, store]) => [name, scheduled(scheduler, store.operations)]);
  const options = { overflow: "store", hmac: instantHmac } as const;
  const calm = setUp({ ...options, ...swift });
  const busy = setUp({ ...options, ...Object.fromEntries(slow) });
  const load = (cookie: string) => calm.sessions.load(new Request("http://localhost/", { headers: { cookie } }));
  const cookie = await calm.cookieOf(put({ ...data, origin: true, n: 0 }));
  // Which also has it derive its keys.
  await busy.visit(undefined, put({ a: 1 }));
  let destroyed = false;
  const act = async (session: Session<Data>, kind: Act, index: number) => {
    if (kind === "grow") session.set("text", LARGE);
    if (kind === "shrink") session.delete("text");
    if (kind === "set") session.set(`key ${index}`, true);
    if (kind === "update") await session.update("n", (n) => Number(n ?? 0) + 1);
    if (kind === "regenerate") session.regenerate();
    // To one who came after the session had got another id, it is as empty as if it had ended: there is nothing to destroy.
    if (kind === "destroy") destroyed ||= !session.isNew;
    if (kind === "destroy") session.destroy();
  };
  const serve = (acts: Act[], index: number) =>
    busy.visit(cookie, async (session) => {
      for (const kind of acts) await act(session, kind, index);
    });
  const outcomes = await scheduler.waitFor(Promise.allSettled(requests.map(serve)));
  const responses = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value : []));
  const issued = responses.flatMap(({ headers }) => headers.getSetCookie()[0]?.split(";")[0] ?? []);
  return {
    issued,
    destroyed,
    original: await load(cookie),
    heirs: (await Promise.all(issued.map(load))).filter((session) => session.has("origin")),
    errors: outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.code] : [])),
  };
}

function scheduled(scheduler: fc.Scheduler, operations: StoreOperations) {
  const slow = <T extends unknown[], R>(operation: (...args: T) => Promise<R>) =>
    scheduler.scheduleFunction(operation.bind(operations));
  const { read, create, update, touch, delete: remove } = operations;
  return defineStore({
    read: slow(read),
    create: slow(create),
    update: slow(update),
    touch: slow(touch),
    delete: slow(remove),
  });
}

const requestsOf = (...acts: Act[]) =>
  fc.array(fc.array(fc.constantFrom(...acts), { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 4 });

describe("in whatever order the store answers", () => {
  it("no write is lost while the data is there", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), requestsOf("set", "update", "grow"), async (scheduler, requests) => {
        const { original, errors } = await interleave(scheduler, requests, { text: `${LARGE}!` }, false);
        expect(original.get("n")).toBe(requests.flat().filter((act) => act === "update").length);
        const setters = requests.filter((acts) => acts.includes("set"));
        expect([...original.keys()].filter((key) => key.startsWith("key"))).toHaveLength(setters.length);
        expect(errors).toEqual([]);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it("what was destroyed there stays so, and a new id has one heir at most", async () => {
    const acts = requestsOf("set", "update", "regenerate", "destroy");
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), acts, async (scheduler, requests) => {
        const { original, heirs, errors } = await interleave(scheduler, requests, { text: LARGE }, false);
        const kinds = new Set(requests.flat());
        const oneId = !kinds.has("regenerate");
        if (!oneId) expect(heirs.length).toBeLessThanOrEqual(1);
        if (kinds.has("destroy") && oneId) expect(heirs).toEqual([]);
        expect(original.isNew).toBe(kinds.has("destroy") || kinds.has("regenerate"));
        expect(errors).toEqual([]);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  const places: [place: string, data: Data][] = [
    ["in the token", {}],
    ["in the store", { text: LARGE }],
  ];

  it.each(places)(
    "a session %s may move in all requests at once, and none fails",
    async (_place, data) => {
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), requestsOf("grow", "shrink", "set"), async (scheduler, requests) => {
          const { original, issued, heirs, errors } = await interleave(scheduler, requests, data, false);
          expect(errors).toEqual([]);
          expect([original.isNew, heirs.length]).toEqual([false, issued.length]);
        }),
        { numRuns: 60 },
      );
    },
    60_000,
  );

  it.each(places)(
    "with revocations what was destroyed %s stays so, wherever the data went meanwhile",
    async (_place, data) => {
      const acts = requestsOf("grow", "shrink", "set", "regenerate", "destroy");
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), acts, async (scheduler, requests) => {
          fc.pre(requests.flat().includes("destroy"));
          const { destroyed, original, heirs, errors } = await interleave(scheduler, requests, data, true);
          expect(original.isNew).toBe(true);
          expect(heirs.length).toBeLessThanOrEqual(destroyed ? 0 : 1);
          expect(errors.filter((code) => code !== "ERR_CONFLICT")).toEqual([]);
        }),
        { numRuns: 60 },
      );
    },
    60_000,
  );
});
