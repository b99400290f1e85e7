import { afterEach, describe, expect, it, vi } from "vitest";
import { defineStore } from "../src/index.ts";
import { faulty } from "../src/testing.ts";
import { fiveOperations } from "./bound.ts";
import { claimsOf, cookieIn, isCleared, START } from "./helpers.ts";
import { setUpInStore } from "./in-store.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A store that counts its calls, and in which another is first as often as `conflicts` says. */
function setUpContended() {
  const contended = { conflicts: 0 };
  const calls: string[] = [];
  const test = setUpInStore({}, (store) =>
    faulty(store, {
      failure: (operation) => {
        calls.push(operation);
        return undefined;
      },
      conflict: () => contended.conflicts-- > 0,
    }),
  );
  return { ...test, contended, calls };
}

describe("a session in a store", () => {
  it("is begun by one operation, and its token names neither data nor owner", async () => {
    const { visit, calls } = setUpContended();
    const response = await visit(undefined, (session) => session.set("a", 1).login("ada"));
    expect(calls).toEqual(["create"]);
    expect(Object.keys(claimsOf(cookieIn(response))).sort()).toEqual(["exp", "iat", "r", "sid"]);
  });

  it("counts its writes in the record's version, so that no two are taken for the same", async () => {
    const { cookieOf, visit, load, inner } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("n", 0));
    const { id } = await load(cookie);
    for (let i = 1; i <= 3; i++) {
      await visit(cookie, (session) => (i === 2 ? session.update("n", () => i) : session.set("n", i)));
      expect((await inner.operations.read(id))?.version).toBe(i + 1);
    }
  });

  it("starts anew with a login, and so does its absolute lifetime", async () => {
    const { cookieOf, visit, load, clock } = setUpInStore({ lifetime: { idle: 900, absolute: 1000, refresh: 1 } });
    const cookie = await cookieOf((session) => session.set("a", 1));
    clock.seconds += 800;
    const renewed = cookieIn(await visit(cookie, (session) => session.login("ada")));
    clock.seconds += 800;
    const session = await load(renewed);
    expect([session.owner, session.createdAt.getTime() / 1000 - START]).toEqual(["ada", 800]);
  });

  it("gets another cookie when it is to survive the browser, or not to any more", async () => {
    const { cookieOf, visit } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("a", 1));
    const persist = (persistent: boolean) => (session: { persistent: boolean }) => {
      session.persistent = persistent;
    };
    const [line] = (await visit(cookie, persist(true))).headers.getSetCookie();
    expect(line).toContain("; Max-Age=2592000;");
    const kept = String(line?.split(";")[0]);
    expect((await visit(kept, persist(true))).headers.getSetCookie()).toEqual([]);
    expect((await visit(kept, persist(false))).headers.getSetCookie()[0]).not.toContain("Max-Age");
  });

  it("destroyed and written again where there was none, or one that has ended, is just begun", async () => {
    const { visit, cookieOf, dataOf, calls } = setUpContended();
    const ended = await cookieOf((session) => session.set("a", 1));
    await visit(ended, (session) => session.destroy());
    for (const cookie of [undefined, "__Host-session=forged", ended]) {
      calls.length = 0;
      const response = await visit(cookie, (session) => {
        session.destroy();
        session.set("bye", true);
      });
      expect(calls).toEqual(cookie === ended ? ["read", "create"] : ["create"]);
      expect(await dataOf(cookieIn(response))).toEqual({ bye: true });
    }
  });

  it("that has ended has its cookie cleared where the handler destroys it, and not otherwise", async () => {
    const { cookieOf, visit, load, sessions } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("a", 1));
    await sessions.revoke((await load(cookie)).id);
    expect((await visit(cookie)).headers.getSetCookie()).toEqual([]);
    expect(isCleared(await visit(cookie, (session) => session.destroy()))).toBe(true);
  });

  it("is an error where the store has the id of a new one already", async () => {
    const { visit } = setUpInStore({}, (store) => defineStore({ ...fiveOperations(store), create: async () => false }));
    await expect(visit(undefined, (session) => session.set("a", 1))).rejects.toMatchObject({ code: "ERR_STORE" });
  });

  it("is listed by its last use, and then by its start, newest first", async () => {
    const { signIn, visit, sessions, clock, load } = setUpInStore();
    const cookies: string[] = [];
    for (let i = 0; i < 4; i++) {
      cookies.push(await signIn("ada"));
      clock.seconds += 10;
    }
    for (const i of [2, 0, 1]) await visit(cookies[i], (session) => session.set("a", 1));
    const ids = await Promise.all(cookies.map(async (cookie) => (await load(cookie)).id));
    expect((await sessions.list("ada")).map(({ id }) => ids.indexOf(id))).toEqual([2, 1, 0, 3]);
  });
});

describe("of two requests at once", () => {
  it("one that does not say how long the session lives leaves what the other said", async () => {
    const { cookieOf, visit, load, commit } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("a", 1));
    const slow = await load(cookie);
    await visit(cookie, (session) => {
      session.persistent = true;
    });
    slow.set("b", 1);
    await commit(slow);
    expect((await load(cookie)).persistent).toBe(true);
  });

  it("the later one that says how long the session lives has its way, and keeps what the other wrote", async () => {
    const { cookieOf, visit, load, commit, dataOf } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("a", 1));
    const slow = await load(cookie);
    await visit(cookie, (session) => session.set("b", 1));
    slow.persistent = true;
    const kept = cookieIn(await commit(slow));
    expect([(await load(kept)).persistent, await dataOf(kept)]).toEqual([true, { a: 1, b: 1 }]);
  });

  it("a slow login of somebody else takes nothing along of what the former owner wrote meanwhile", async () => {
    const { visit, load, commit } = setUpInStore();
    const cookie = cookieIn(await visit(undefined, (session) => session.set("mail", "ada@example.com").login("ada")));
    const slow = await load(cookie);
    await visit(cookie, (session) => session.set("draft", "Dear Bob").flash("info", "Hello Ada"));
    slow.login("bob");
    slow.set("own", 1).flash("info", "Hello Bob");
    const bob = await load(cookieIn(await commit(slow)));
    expect([bob.owner, Object.fromEntries(bob)]).toEqual(["bob", { own: 1 }]);
    expect(bob.flashes().map(({ message }) => message)).toEqual(["Hello Bob"]);
  });

  it("a slow sign-in to a session that was ended takes only its own message along", async () => {
    const { cookieOf, visit, load, commit } = setUpInStore();
    const cookie = await cookieOf((session) => session.flash("info", "former"));
    const slow = await load(cookie);
    await visit(cookie, (session) => session.destroy());
    slow.flash("info", "own");
    slow.login("ada");
    const signedIn = await load(cookieIn(await commit(slow)));
    expect(signedIn.flashes().map(({ message }) => message)).toEqual(["own"]);
  });

  it("a sign-in that comes more than 10 seconds after the other's begins a session of its own", async () => {
    const { cookieOf, visit, load, commit, clock } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("a", 1));
    const [slow, slower] = [await load(cookie), await load(cookie)];
    const { id } = slow;
    const first = cookieIn(await visit(cookie, (session) => session.login("ada")));
    clock.seconds += 9;
    slow.login("ada");
    expect((await load(cookieIn(await commit(slow)))).id).toBe(id);
    clock.seconds += 1;
    slower.login("ada");
    const own = await load(cookieIn(await commit(slower)));
    expect([own.owner, own.id === id, (await load(first)).owner]).toEqual(["ada", false, "ada"]);
  });

  it("a sign-in that joins the other's tells its handler the id that it joins", async () => {
    const { cookieOf, visit, load } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("a", 1));
    const { id } = await load(cookie);
    await visit(cookie, (session) => session.login("ada"));
    await visit(cookie, (session) => {
      session.login("ada");
      expect(session.id).toBe(id);
    });
  });

  it.each([
    ["got a new token", "regenerate", [{ type: "superseded-write" }]],
    ["was ended", "destroy", []],
  ] as const)("one that writes a session that %s says no more than that", async (_name, end, expected) => {
    const { cookieOf, visit, load, commit, events } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("a", 1));
    const slow = await load(cookie);
    await visit(cookie, (session) => session.set("b", 1));
    await visit(cookie, (session) => session[end]());
    slow.set("a", 2);
    expect((await commit(slow)).headers.getSetCookie()).toEqual([]);
    expect(events).toEqual(expected);
  });

  it("each goes by what is stored, not by what another wrote here before", async () => {
    const { cookieOf, visit, load, commit, events, dataOf } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("n", 0));
    for (let round = 1; round <= 3; round++) {
      const slow = await load(cookie);
      await visit(cookie, (session) => session.set("n", round));
      slow.set(`slow ${round}`, true);
      await commit(slow);
    }
    expect(events).toEqual(Array(3).fill({ type: "conflict-merged", attempts: 2 }));
    expect(Object.keys(await dataOf(cookie))).toHaveLength(4);
  });
});

describe("a write that is overtaken again and again", () => {
  it("waits longer from one attempt to the next, by chance, but never long", async () => {
    const { cookieOf, visit, contended, events } = setUpContended();
    const cookie = await cookieOf((session) => session.set("a", 1));
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const waiting = vi.spyOn(globalThis, "setTimeout");
    contended.conflicts = 10;
    await visit(cookie, (session) => session.set("a", 2));
    const delays = waiting.mock.calls.map(([, delay]) => Number(delay)).filter((delay) => delay < 1000);
    expect(delays).toEqual([2, 4, 8, 16, 32, 32, 32, 32, 32]);
    expect(events).toEqual([{ type: "conflict-merged", attempts: 11 }]);
  });

  it("is saved at the hundredth attempt, and there is no other", async () => {
    const { cookieOf, visit, contended, dataOf, calls } = setUpContended();
    const cookie = await cookieOf((session) => session.set("a", 1));
    vi.spyOn(Math, "random").mockReturnValue(0);
    contended.conflicts = 99;
    await visit(cookie, (session) => session.set("a", 2));
    expect(await dataOf(cookie)).toEqual({ a: 2 });
    contended.conflicts = 100;
    calls.length = 0;
    await expect(visit(cookie, (session) => session.set("a", 3))).rejects.toMatchObject({
      code: "ERR_CONFLICT",
      message: expect.stringContaining("after 100 conflicting writes"),
    });
    expect(calls.filter((call) => call === "update")).toHaveLength(100);
    expect(await dataOf(cookie)).toEqual({ a: 2 });
  });
});
