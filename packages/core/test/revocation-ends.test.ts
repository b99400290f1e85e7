import { describe, expect, it } from "vitest";
import { memoryStore, type Session, type SessionOptions } from "../src/index.ts";
import { type Fault, faulty, type StoreOperation } from "../src/testing.ts";
import { cookieIn, isCleared, setUp } from "./helpers.ts";
import { setUpInStore } from "./in-store.ts";

/** Sessions in the cookie, and a store of their ends that counts its calls. */
function setUpRevocable(options: Partial<SessionOptions> = {}) {
  const { inner, clock } = setUpInStore();
  const calls: StoreOperation[] = [];
  const revocations = faulty(inner, {
    failure: (operation) => {
      calls.push(operation);
      return undefined;
    },
  });
  const test = setUp({ revocations, now: () => clock.seconds * 1000, ...options });
  const load = (cookie: string) => test.sessions.load({ headers: new Headers({ cookie }) });
  const commit = (session: Session) => test.sessions.commit(session, new Response("ok"));
  return { ...test, clock, inner, calls, load, commit };
}

describe("with revocations, a token that was replaced a moment ago", () => {
  it("shows nothing if somebody was signed in", async () => {
    const { cookieOf, visit } = setUpRevocable();
    const cookie = await cookieOf((session) => session.set("mail", "ada@example.com").login("ada"));
    await visit(cookie, (session) => session.regenerate());
    await visit(cookie, (session) =>
      expect([session.ended, session.owner, session.size]).toEqual(["superseded", undefined, 0]),
    );
  });

  it("opens nothing for a second sign-in of the same owner, which is an error if it was on its way", async () => {
    const { cookieOf, visit, load, commit } = setUpRevocable();
    const cookie = await cookieOf((session) => session.login("ada"));
    const slow = await load(cookie);
    await visit(cookie, (session) => session.regenerate());
    slow.login("ada");
    await expect(commit(slow)).rejects.toMatchObject({ code: "ERR_SESSION_ENDED" });
  });
});

describe("with revocations, a request that was on its way when its session", () => {
  it.each([
    ["got a new token", "regenerate", [{ type: "superseded-write" }]],
    ["was ended", "destroy", []],
  ] as const)("%s says no more than that", async (_name, end, expected) => {
    for (const act of ["set", "regenerate"] as const) {
      const { cookieOf, visit, load, commit, events } = setUpRevocable();
      const cookie = await cookieOf((session) => session.set("a", 1));
      const slow = await load(cookie);
      await visit(cookie, (session) => session[end]());
      if (act === "set") slow.set("a", 2);
      else slow.regenerate();
      expect((await commit(slow)).headers.getSetCookie()).toEqual([]);
      expect(events).toEqual(expected);
    }
  });

  it.each(["regenerate", "destroy"] as const)("ended or got a new token (%s) signs in another", async (end) => {
    const { cookieOf, visit, load, commit } = setUpRevocable();
    const cookie = await cookieOf((session) => session.set("a", 1).flash("info", "former"));
    const slow = await load(cookie);
    await visit(cookie, (session) => session[end]());
    slow.set("b", 2);
    slow.flash("info", "own");
    slow.login("ada");
    const signedIn = await load(cookieIn(await commit(slow)));
    expect([signedIn.owner, Object.fromEntries(signedIn)]).toEqual(["ada", { b: 2 }]);
    expect(signedIn.flashes().map(({ message }) => message)).toEqual(["own"]);
    expect(signedIn.id).not.toBe(slow.id);
  });
});

describe("with revocations, the cookie", () => {
  it("is cleared when the session is emptied, and when a handler destroys one that has ended", async () => {
    const { cookieOf, visit, load, sessions, calls } = setUpRevocable();
    const cookie = await cookieOf((session) => session.set("a", 1));
    calls.length = 0;
    expect(isCleared(await visit(cookie, (session) => session.clear()))).toBe(true);
    await sessions.revoke((await load(cookie)).id);
    calls.length = 0;
    expect(isCleared(await visit(cookie, (session) => session.destroy()))).toBe(true);
    expect(calls).toEqual(["read"]);
  });
});

describe("with revocations, an owner whose sessions were all ended", () => {
  it("signs in again, also by destroying a session and beginning another in one request", async () => {
    const { cookieOf, visit, load, sessions } = setUpRevocable();
    await sessions.revokeAll("ada");
    const cookie = await cookieOf((session) => session.login("ada"));
    const next = cookieIn(
      await visit(cookie, (session) => {
        session.destroy();
        session.login("ada");
      }),
    );
    expect([(await load(cookie)).owner, (await load(next)).owner]).toEqual([undefined, "ada"]);
    await sessions.revokeAll("ada");
    expect((await load(next)).ended).toBe("revoked");
  });
});

describe("with revocations, a farewell", () => {
  it("to who brought no session, or one that has ended, ends nothing and begins one", async () => {
    const { visit, cookieOf, dataOf, calls } = setUpRevocable();
    const ended = await cookieOf((session) => session.set("a", 1));
    await visit(ended, (session) => session.destroy());
    for (const cookie of [undefined, "__Host-session=forged", ended]) {
      calls.length = 0;
      const response = await visit(cookie, (session) => {
        session.destroy();
        session.set("bye", true);
      });
      expect(calls).toEqual(cookie === ended ? ["read"] : []);
      expect(await dataOf(cookieIn(response))).toEqual({ bye: true });
    }
  });
});

describe("with revocations, a load costs", () => {
  it("one operation for a session without an owner, two for one with, none for one that has expired", async () => {
    const { cookieOf, visit, calls, clock } = setUpRevocable({ lifetime: { idle: 100 } });
    const visitor = await cookieOf((session) => session.set("a", 1));
    const ada = await cookieOf((session) => session.login("ada"));
    calls.length = 0;
    await visit(visitor);
    expect(calls.splice(0)).toEqual(["read"]);
    await visit(ada);
    expect(calls.splice(0)).toEqual(["read", "read"]);
    clock.seconds += 100;
    await visit(ada, (session) => expect(session.ended).toBe("expired"));
    expect(calls).toEqual([]);
  });
});

describe("with revocations, a new token", () => {
  it("of somebody who is signed in already is no sign-in: it is as far revoked as the former one", async () => {
    const { cookieOf, visit, load, commit, sessions, calls } = setUpRevocable();
    const cookie = await cookieOf((session) => session.login("ada"));
    const session = await load(cookie);
    session.regenerate();
    calls.length = 0;
    const renewed = cookieIn(await commit(session));
    // Its own note and the owner's once more, and nothing after that by which it could overtake a revokeAll.
    expect(calls).toEqual(["read", "read", "create"]);
    await sessions.revokeAll("ada");
    await visit(renewed, (each) => expect([each.owner, each.ended]).toEqual([undefined, "revoked"]));
  });

  it("opens its session where another process still remembers that there was none", async () => {
    const { cookieOf, visit, inner, clock } = setUpRevocable();
    const elsewhere = setUp({ revocations: inner, cacheFor: 5, now: () => clock.seconds * 1000 });
    const cookie = await cookieOf((session) => session.login("ada"));
    await elsewhere.visit(cookie, (session) => expect(session.owner).toBe("ada"));
    const renewed = cookieIn(await visit(cookie, (session) => session.regenerate()));
    await elsewhere.visit(renewed, (session) => expect(session.owner).toBe("ada"));
  });

  it("opens its session where nothing is remembered any more of the former ones", async () => {
    const { cookieOf, visit, clock, sessions } = setUpRevocable({ lifetime: { idle: 900, absolute: 1000 } });
    const cookie = await cookieOf((session) => session.login("ada"));
    let renewed = cookieIn(await visit(cookie, (session) => session.regenerate()));
    clock.seconds += 800;
    renewed = cookieIn(await visit(renewed, (session) => session.set("a", 1)));
    clock.seconds += 199;
    await visit(renewed, (session) => expect(session.owner).toBe("ada"));
    expect(await sessions.sweep()).toBe(0);
    clock.seconds += 1;
    expect(await sessions.sweep()).toBe(1);
    await visit(renewed, (session) => expect(session.ended).toBe("expired"));
  });
});

describe("a session that leaves the store it overflowed into", () => {
  const LARGE = "x".repeat(4000);

  it("because another signs in takes its record along, or is an error: nothing else tells of its end", async () => {
    const faults: Partial<Record<StoreOperation, Fault>> = {};
    const store = faulty(memoryStore(), { failure: (operation) => faults[operation] });
    const { cookieOf, visit, dataOf } = setUp({ overflow: "store", store, now: Date.now });
    const cookie = await cookieOf((session) => session.set("text", LARGE));
    const startAnew = (session: Session) => {
      session.destroy();
      session.login("ada");
    };
    faults.delete = "before";
    await expect(visit(cookie, startAnew)).rejects.toMatchObject({ code: "ERR_STORE" });
    delete faults.delete;
    await visit(cookie, startAnew);
    expect(await dataOf(cookie)).toEqual({});
  });

  function setUpLeaving() {
    const faults: Partial<Record<StoreOperation, Fault>> = {};
    const store = faulty(memoryStore(), { failure: (operation) => faults[operation] });
    return { faults, ...setUp({ overflow: "store", store, revocations: memoryStore(), now: Date.now }) };
  }

  it("under a new token gets that token, though the store fails to let the former record go", async () => {
    const { cookieOf, visit, dataOf, faults, events } = setUpLeaving();
    const cookie = await cookieOf((session) => session.set("text", LARGE));
    faults.delete = "before";
    const renewed = cookieIn(await visit(cookie, (session) => session.regenerate()));
    expect(events).toEqual([{ type: "store-failed", operation: "delete" }]);
    delete faults.delete;
    expect(await dataOf(renewed)).toEqual({ text: LARGE });
    await visit(cookie, (session) => expect([session.ended, session.size]).toEqual(["superseded", 0]));
  });

  it("because it is destroyed is an error where the store fails to let its record go", async () => {
    const { cookieOf, visit, faults } = setUpLeaving();
    const cookie = await cookieOf((session) => session.set("text", LARGE));
    faults.delete = "before";
    await expect(visit(cookie, (session) => session.destroy())).rejects.toMatchObject({ code: "ERR_STORE" });
    // Its end is remembered all the same.
    await visit(cookie, (session) => expect(session.size).toBe(0));
  });
});
