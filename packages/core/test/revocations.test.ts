import { describe, expect, it } from "vitest";
import { defineStore, memoryStore, type SessionOptions, type StoreOperations } from "../src/index.ts";
import { faulty } from "../src/testing.ts";
import { fiveOperations } from "./bound.ts";
import { cookieIn, isCleared, START, setUp, touch } from "./helpers.ts";

const clocked = () => memoryStore({ now: () => clock.seconds * 1000 });
let clock = { seconds: START };

/** Sessions in the cookie, whose end a store remembers. */
function revocable(options: Partial<SessionOptions> = {}) {
  const store = clocked();
  const test = setUp({ revocations: store, ...options });
  clock = test.clock;
  const signIn = (owner: string) => test.cookieOf((session) => session.login(owner));
  const ownerOf = async (cookie: string) => (await test.sessions.load(requestWith(cookie))).owner;
  return { ...test, store, signIn, ownerOf };
}

const requestWith = (cookie: string) => ({ headers: new Headers({ cookie }) });

/** Counts calls, and how many were under way at once. */
function counted(operations: StoreOperations) {
  const calls: string[] = [];
  const spy: StoreOperations = {
    ...fiveOperations({ operations }),
    read(id) {
      calls.push("read");
      return operations.read(id);
    },
  };
  return { calls, spy };
}

describe("a session in the cookie that was ended", () => {
  it("by destroy is dead in every copy of the cookie, which says so", async () => {
    const { visit, signIn, events } = revocable();
    const cookie = await signIn("ada");
    await visit(cookie, (session) => session.destroy());
    const response = await visit(cookie, (session) =>
      expect([session.isNew, session.owner, session.ended]).toEqual([true, undefined, "revoked"]),
    );
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(events).toEqual([{ type: "token-rejected", reason: "revoked" }]);
  });

  it("is dead in the copies that were issued later", async () => {
    const { visit, signIn, ownerOf, clock } = revocable();
    const first = await signIn("ada");
    clock.seconds += 200_000;
    const second = cookieIn(await visit(first, touch));
    await visit(first, (session) => session.destroy());
    expect(await ownerOf(second)).toBeUndefined();
  });

  it("stays dead for as long as any token of it could live, and is forgotten then", async () => {
    const { visit, signIn, ownerOf, clock, store, sessions } = revocable({ lifetime: { idle: 100, absolute: 1000 } });
    const cookie = await signIn("ada");
    await visit(cookie, (session) => session.destroy());
    clock.seconds += 99;
    expect(await ownerOf(cookie)).toBeUndefined();
    clock.seconds += 901;
    expect(await sessions.sweep()).toBe(1);
    expect(await store.operations.sweep?.()).toBe(0);
  });

  it("is dead to a slow request that commits after it", async () => {
    const { sessions, visit, signIn, ownerOf } = revocable();
    const cookie = await signIn("ada");
    const slow = await sessions.load(requestWith(cookie));
    slow.set("a", 1);
    await visit(cookie, (session) => session.destroy());
    expect((await sessions.commit(slow, new Response("late"))).headers.getSetCookie()).toEqual([]);
    expect(await ownerOf(cookie)).toBeUndefined();
  });

  it("may say farewell in a session of its own", async () => {
    const { visit, signIn, ownerOf, dataOf } = revocable();
    const cookie = await signIn("ada");
    const farewell = cookieIn(
      await visit(cookie, (session) => {
        session.destroy();
        session.set("bye", true);
      }),
    );
    expect(await ownerOf(cookie)).toBeUndefined();
    expect(await dataOf(farewell)).toEqual({ bye: true });
  });

  it("by revoke of its id is dead too", async () => {
    const { sessions, signIn, ownerOf } = revocable();
    const [cookie, other] = [await signIn("ada"), await signIn("ada")];
    await sessions.revoke((await sessions.load(requestWith(cookie))).id);
    expect([await ownerOf(cookie), await ownerOf(other)]).toEqual([undefined, "ada"]);
  });
});

describe("a session in the cookie that gets a new token", () => {
  it("leaves an old token that is worth nothing", async () => {
    const { visit, signIn, ownerOf, clock } = revocable();
    const cookie = await signIn("ada");
    const next = cookieIn(await visit(cookie, (session) => session.regenerate()));
    expect([await ownerOf(cookie), await ownerOf(next)]).toEqual([undefined, "ada"]);
    await visit(cookie, (session) => expect(session.ended).toBe("superseded"));
    clock.seconds += 10;
    expect([await ownerOf(cookie), await ownerOf(next)]).toEqual([undefined, "ada"]);
    await visit(cookie, (session) => expect(session.ended).toBe("revoked"));
  });

  it("keeps its id", async () => {
    const { sessions, visit, signIn } = revocable();
    const cookie = await signIn("ada");
    const { id } = await sessions.load(requestWith(cookie));
    const next = cookieIn(await visit(cookie, (session) => session.regenerate()));
    expect((await sessions.load(requestWith(next))).id).toBe(id);
  });

  it("shows a former token what it carries, if nobody was signed in then", async () => {
    const { visit, cookieOf, events } = revocable();
    const cookie = await cookieOf((session) => session.set("cart", [1]));
    await visit(cookie, (session) => session.login("ada"));
    const late = await visit(cookie, (session) => {
      expect([session.ended, session.get("cart")]).toEqual(["superseded", [1]]);
      session.set("cart", [1, 2]);
    });
    expect(late.headers.getSetCookie()).toEqual([]);
    expect(events).toEqual([{ type: "superseded-write" }]);
  });

  it("lets somebody sign in by a former token, in a session of its own", async () => {
    const { visit, cookieOf, ownerOf, sessions } = revocable();
    const cookie = await cookieOf((session) => session.set("cart", [1]));
    const first = cookieIn(await visit(cookie, (session) => session.login("ada")));
    const second = cookieIn(await visit(cookie, (session) => session.login("ada")));
    expect([await ownerOf(first), await ownerOf(second)]).toEqual(["ada", "ada"]);
    const ids = await Promise.all([first, second].map(async (each) => (await sessions.load(requestWith(each))).id));
    expect(new Set(ids).size).toBe(2);
  });

  it("does not have its new cookie cleared by a request that was on its way", async () => {
    const { visit, signIn } = revocable();
    const cookie = await signIn("ada");
    await visit(cookie, (session) => session.regenerate());
    const response = await visit(cookie, (session) => session.set("a", 1));
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it("gets one new token, whoever asks for one at the same time", async () => {
    const { sessions, signIn } = revocable();
    const cookie = await signIn("ada");
    const both = await Promise.all([sessions.load(requestWith(cookie)), sessions.load(requestWith(cookie))]);
    for (const session of both) session.regenerate();
    const responses = await Promise.all(both.map((session) => sessions.commit(session, new Response("ok"))));
    expect(responses.flatMap((response) => response.headers.getSetCookie())).toHaveLength(1);
  });

  it("is dead under its new token where somebody destroys it by the old one at the same time", async () => {
    const { sessions, visit, signIn, ownerOf } = revocable();
    const cookie = await signIn("ada");
    const slow = await sessions.load(requestWith(cookie));
    slow.destroy();
    const next = cookieIn(await visit(cookie, (session) => session.regenerate()));
    await sessions.commit(slow, new Response("bye"));
    expect(await ownerOf(next)).toBeUndefined();
  });

  it("is dead under its new token where a request with the old cookie, on its way, destroys what it finds", async () => {
    const { visit, signIn, ownerOf } = revocable();
    const cookie = await signIn("ada");
    const next = cookieIn(await visit(cookie, (session) => session.regenerate()));
    expect(isCleared(await visit(cookie, (session) => session.destroy()))).toBe(true);
    expect(await ownerOf(next)).toBeUndefined();
  });

  it("lives on under the old token where the new one would be too large", async () => {
    const { visit, signIn, ownerOf } = revocable();
    const cookie = await signIn("ada");
    const failing = visit(cookie, (session) => {
      session.login("ada");
      session.set("a", "x".repeat(5000));
    });
    await expect(failing).rejects.toMatchObject({ code: "ERR_TOKEN_TOO_LARGE" });
    expect(await ownerOf(cookie)).toBe("ada");
  });

  it("gets none where it was destroyed at the same time", async () => {
    const { sessions, visit, signIn } = revocable();
    const cookie = await signIn("ada");
    const slow = await sessions.load(requestWith(cookie));
    slow.regenerate();
    await visit(cookie, (session) => session.destroy());
    expect((await sessions.commit(slow, new Response("late"))).headers.getSetCookie()).toEqual([]);
  });
});

describe("revokeAll", () => {
  it("ends all sessions of the owner, and nobody else's", async () => {
    const { sessions, signIn, ownerOf } = revocable();
    const cookies = [await signIn("ada"), await signIn("ada"), await signIn("bob")];
    expect(await sessions.revokeAll("ada")).toBeUndefined();
    expect(await Promise.all(cookies.map(ownerOf))).toEqual([undefined, undefined, "bob"]);
  });

  it("once more also ends those who signed in meanwhile, though nothing is left of the first time", async () => {
    const { sessions, signIn, ownerOf, clock } = revocable({ lifetime: { idle: 1000, absolute: 1000 } });
    await sessions.revokeAll("ada");
    clock.seconds += 900;
    const meanwhile = await signIn("ada");
    clock.seconds += 100;
    expect(await sessions.sweep()).toBe(1);
    expect(await ownerOf(meanwhile)).toBe("ada");
    await sessions.revokeAll("ada");
    expect(await ownerOf(meanwhile)).toBeUndefined();
    expect(await ownerOf(await signIn("ada"))).toBe("ada");
  });

  it("lets the owner sign in again within the same second, before or after", async () => {
    const { sessions, visit, signIn, ownerOf } = revocable();
    const before = await signIn("ada");
    await sessions.revokeAll("ada");
    const after = await signIn("ada");
    expect([await ownerOf(before), await ownerOf(after)]).toEqual([undefined, "ada"]);
    const again = cookieIn(
      await visit(undefined, async (session) => {
        await sessions.revokeAll("ada");
        session.login("ada");
      }),
    );
    expect([await ownerOf(before), await ownerOf(after), await ownerOf(again)]).toEqual([undefined, undefined, "ada"]);
  });

  it("also ends a session whose owner it signs in once more: that is no sign-in, but an error", async () => {
    const { sessions, visit, signIn } = revocable();
    const repeated = visit(await signIn("ada"), async (session) => {
      await sessions.revokeAll("ada");
      session.login("ada");
    });
    await expect(repeated).rejects.toMatchObject({ code: "ERR_SESSION_ENDED" });
  });

  it("spares the session that asks, also where it gets a new token before or after", async () => {
    const { sessions, visit, signIn, ownerOf, clock } = revocable();
    for (const first of ["revokeAll", "regenerate", "login"]) {
      const [mine, others] = [await signIn("ada"), await signIn("ada")];
      const next = cookieIn(
        await visit(mine, async (session) => {
          if (first === "regenerate") session.regenerate();
          if (first === "login") session.login("ada");
          await sessions.revokeAll("ada", { except: session.id });
          if (first === "revokeAll") session.regenerate();
        }),
      );
      clock.seconds += 10;
      expect([await ownerOf(mine), await ownerOf(others), await ownerOf(next)]).toEqual([undefined, undefined, "ada"]);
      const later = cookieIn(await visit(next, (session) => session.regenerate()));
      await sessions.revokeAll("ada", { except: "somebody else's, 22 char" });
      expect(await ownerOf(later)).toBeUndefined();
    }
  });

  it("spares it once: the next one to ask counts", async () => {
    const { sessions, signIn, ownerOf } = revocable();
    const [first, second] = [await signIn("ada"), await signIn("ada")];
    const idOf = async (cookie: string) => (await sessions.load(requestWith(cookie))).id;
    const ids = [await idOf(first), await idOf(second)];
    await sessions.revokeAll("ada", { except: String(ids[0]) });
    await sessions.revokeAll("ada", { except: String(ids[1]) });
    expect([await ownerOf(first), await ownerOf(second)]).toEqual([undefined, undefined]);
  });

  it("spares the same one again", async () => {
    const { sessions, signIn, ownerOf } = revocable();
    const cookie = await signIn("ada");
    const { id } = await sessions.load(requestWith(cookie));
    await sessions.revokeAll("ada", { except: id });
    await sessions.revokeAll("ada", { except: id });
    expect(await ownerOf(cookie)).toBe("ada");
  });

  it("counts for a session that regenerates at the same time", async () => {
    const { sessions, signIn } = revocable();
    const slow = await sessions.load(requestWith(await signIn("ada")));
    slow.regenerate();
    await sessions.revokeAll("ada");
    expect((await sessions.commit(slow, new Response("late"))).headers.getSetCookie()).toEqual([]);
  });

  it("counts for tokens from before there were revocations", async () => {
    const { cookieOf } = setUp();
    const cookie = await cookieOf((session) => session.login("ada"));
    const { sessions, ownerOf } = revocable();
    expect(await ownerOf(cookie)).toBe("ada");
    await sessions.revokeAll("ada");
    expect(await ownerOf(cookie)).toBeUndefined();
  });

  it("takes owners of any name", async () => {
    const { sessions, signIn, ownerOf } = revocable();
    for (const owner of ["a/b:c", "😀", "x".repeat(300)]) {
      const cookie = await signIn(owner);
      expect(await ownerOf(cookie)).toBe(owner);
      await sessions.revokeAll(owner);
      expect(await ownerOf(cookie)).toBeUndefined();
    }
  });

  it("wins over nobody where many ask at once", async () => {
    const { sessions, signIn, ownerOf } = revocable();
    const cookie = await signIn("ada");
    await Promise.all(Array.from({ length: 5 }, () => sessions.revokeAll("ada")));
    expect(await ownerOf(cookie)).toBeUndefined();
  });

  it("can't list: the tokens are with the browsers", async () => {
    await expect(revocable().sessions.list("ada")).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
  });
});

describe("what it costs", () => {
  it("is one round trip for a load, none for a stranger or a forgery", async () => {
    const { calls, spy } = counted(clocked().operations);
    const { visit, signIn } = revocable({ revocations: defineStore(spy) });
    const cookie = await signIn("ada");
    calls.length = 0;
    await visit(undefined, touch);
    await visit(`${cookie}x`, touch);
    expect(calls).toEqual([]);
    // Both at once, as the next test shows.
    await visit(cookie, touch);
    expect(calls).toEqual(["read", "read"]);
    await visit(undefined, (session) => session.set("a", 1));
    expect(calls).toHaveLength(2);
  });

  it("is no more than that: the session and its owner are asked for at once", async () => {
    let underWay = 0;
    let most = 0;
    const { operations } = clocked();
    const slow: StoreOperations = {
      ...fiveOperations({ operations }),
      async read(id) {
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setTimeout(resolve, 5));
        underWay--;
        return operations.read(id);
      },
    };
    const { visit, signIn } = revocable({ revocations: defineStore(slow) });
    const cookie = await signIn("ada");
    most = 0;
    await visit(cookie, touch);
    expect(most).toBe(2);
  });

  it("is nothing within cacheFor, in which a revocation elsewhere is not noticed", async () => {
    const { calls, spy } = counted(clocked().operations);
    const here = revocable({ revocations: defineStore(spy), cacheFor: 5 });
    const elsewhere = setUp({ revocations: defineStore(spy), now: () => here.clock.seconds * 1000 });
    const cookie = await here.signIn("ada");
    await here.ownerOf(cookie);
    calls.length = 0;
    await elsewhere.visit(cookie, (session) => session.destroy());
    calls.length = 0;
    expect(await here.ownerOf(cookie)).toBe("ada");
    expect(calls).toEqual([]);
    here.clock.seconds += 5;
    expect(await here.ownerOf(cookie)).toBeUndefined();
  });

  it("does not keep this process from noticing its own revocations at once", async () => {
    const { sessions, visit, signIn, ownerOf } = revocable({ cacheFor: 5 });
    const [first, second] = [await signIn("ada"), await signIn("ada")];
    expect([await ownerOf(first), await ownerOf(second)]).toEqual(["ada", "ada"]);
    await visit(first, (session) => session.destroy());
    expect(await ownerOf(first)).toBeUndefined();
    await sessions.revokeAll("ada");
    expect(await ownerOf(second)).toBeUndefined();
  });
});

describe("a store of revocations that fails", () => {
  const failing = (operation: string) =>
    faulty(clocked(), { failure: (each) => (each === operation ? "before" : undefined) });

  it.each(["read", "create"])("fails closed, with no cookie touched: %s", async (operation) => {
    const good = revocable();
    const cookie = await good.signIn("ada");
    const { visit, events } = revocable({ revocations: failing(operation) });
    await expect(visit(cookie, (session) => session.destroy())).rejects.toMatchObject({ code: "ERR_STORE" });
    await expect(visit(cookie, (session) => session.regenerate())).rejects.toMatchObject({ code: "ERR_STORE" });
    expect(events).toContainEqual({ type: "store-failed", operation });
    expect(await good.ownerOf(cookie)).toBe("ada");
  });

  it("is one that gives back what is not ours, too", async () => {
    const cookie = await revocable().signIn("ada");
    const record = { version: 1, data: "not JSON", createdAt: START, usedAt: START, expiresAt: START + 100 };
    const broken = defineStore({ ...fiveOperations(clocked()), read: async () => record });
    await expect(revocable({ revocations: broken }).visit(cookie, touch)).rejects.toMatchObject({ code: "ERR_STORE" });
  });

  it("is not waited for beyond storeTimeout", async () => {
    const cookie = await revocable().signIn("ada");
    const { visit } = revocable({ revocations: faulty(clocked(), { latency: 10_000 }), storeTimeout: 5 });
    await expect(visit(cookie, touch)).rejects.toMatchObject({ code: "ERR_STORE" });
  });

  it("is no matter to strangers", async () => {
    const { visit } = revocable({ revocations: failing("read") });
    expect((await visit(undefined, (session) => session.set("a", 1))).headers.getSetCookie()).toHaveLength(1);
  });
});

it("what a store of revocations holds tells neither ids nor owners", async () => {
  const written: string[] = [];
  const { operations } = clocked();
  const spy: StoreOperations = {
    ...fiveOperations({ operations }),
    create(id, record) {
      written.push(JSON.stringify([id, record]));
      return operations.create(id, record);
    },
  };
  const { sessions, signIn, visit } = revocable({ revocations: defineStore(spy) });
  const cookie = await signIn("ada-lovelace");
  const { id } = await sessions.load(requestWith(cookie));
  await visit(cookie, (session) => session.destroy());
  await sessions.revokeAll("ada-lovelace");
  expect(written).toHaveLength(2);
  expect(written.join()).not.toMatch(new RegExp(`${id}|ada-lovelace`));
  for (const line of written) expect(JSON.parse(line)[0]).toMatch(/^[\w-]{43}$/);
});
