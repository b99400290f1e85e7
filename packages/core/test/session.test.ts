import { describe, expect, it } from "vitest";
import { memoryStore } from "../src/index.ts";
import { claimsOf, cookieIn, isCleared, START, setUp } from "./helpers.ts";

async function fresh(options: Parameters<typeof setUp>[0] = {}) {
  const test = setUp(options);
  return { ...test, session: await test.sessions.load(new Request("http://localhost/")) };
}

describe("a session as a map", () => {
  it("gets, sets, has, deletes, pops, counts and clears", async () => {
    const { session } = await fresh();
    expect(session.set("a", 1).set("b", null)).toBe(session);
    expect([session.get("a"), session.get("b"), session.get("c")]).toEqual([1, null, undefined]);
    expect([session.has("a"), session.has("b"), session.has("c"), session.size]).toEqual([true, true, false, 2]);
    expect([session.delete("a"), session.delete("a"), session.has("a")]).toEqual([true, false, false]);
    expect([session.pop("b"), session.pop("b"), session.size]).toEqual([null, undefined, 0]);
    session.set("d", 1).clear();
    expect(session.size).toBe(0);
  });

  it("iterates in the order of insertion, over keys, values and entries", async () => {
    const { session } = await fresh();
    session.set("b", 2).set("a", 1);
    expect([...session]).toEqual([
      ["b", 2],
      ["a", 1],
    ]);
    expect([...session.entries()]).toEqual([...session]);
    expect([...session.keys()]).toEqual(["b", "a"]);
    expect([...session.values()]).toEqual([2, 1]);
  });

  it("takes undefined for the absence of a key", async () => {
    const { session } = await fresh();
    session.set("a", 1).set("a", undefined);
    expect([session.has("a"), session.status]).toEqual([false, "unchanged"]);
  });

  it("has no keys of its own, and takes any for data", async () => {
    const { visit, dataOf } = setUp();
    const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "get", "$Date", ""];
    const response = await visit(undefined, (session) => {
      for (const name of names) expect([session.has(name), session.get(name)]).toEqual([false, undefined]);
      for (const name of names) session.set(name, { __proto__: null, [name]: name });
    });
    const data = await dataOf(cookieIn(response));
    expect(Object.keys(data)).toEqual(names);
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
    expect(Object.keys(data.toString as object)).toEqual(["toString"]);
    expect(Object.entries(Object.getOwnPropertyDescriptor(data, "__proto__")?.value)).toEqual([
      ["__proto__", "__proto__"],
    ]);
    expect({}).not.toHaveProperty("polluted");
  });

  it("updates a value from the one before", async () => {
    const { session } = await fresh();
    const increment = (value: unknown) => Number(value ?? 0) + 1;
    expect(await session.update("n", increment)).toBe(1);
    expect(await session.update("n", increment)).toBe(2);
    expect(session.get("n")).toBe(2);
  });

  it("rejects an update that throws, and keeps the value", async () => {
    const { session } = await fresh();
    session.set("n", 1);
    const failure = new Error("no");
    const failing = session.update("n", () => {
      throw failure;
    });
    await expect(failing).rejects.toBe(failure);
    expect(session.get("n")).toBe(1);
  });
});

describe("changes in place", () => {
  const start = {
    cart: { items: [{ name: "apples", price: 1 }], seen: new Date(0) },
    ids: new Set([1]),
    by: new Map(),
  };
  const changes: [name: string, change: (cart: typeof start) => void][] = [
    ["a property", ({ cart }) => Object.assign(cart, { coupon: "x" })],
    ["a property four levels down", ({ cart }) => Object.assign(cart.items[0] as object, { price: 2 })],
    ["a push", ({ cart }) => cart.items.push({ name: "pears", price: 3 })],
    ["a deleted property", ({ cart }) => Reflect.deleteProperty(cart.items[0] as object, "price")],
    ["a date's time", ({ cart }) => cart.seen.setTime(1)],
    ["a set's member", ({ ids }) => ids.add(2)],
    ["a map's entry", ({ by }) => by.set("k", { v: 1 })],
  ];
  it.each(changes)("are seen and saved: %s", async (_name, change) => {
    const { visit, cookieOf, dataOf } = setUp();
    const cookie = await cookieOf((session) => session.set("cart", start));
    const response = await visit(cookie, (session) => change(session.get("cart") as typeof start));
    const expected = structuredClone(start);
    change(expected);
    expect(await dataOf(cookieIn(response))).toEqual({ cart: expected });
  });

  it("are seen through values and entries as well", async () => {
    const { visit, cookieOf, dataOf } = setUp();
    const cookie = await cookieOf((session) => session.set("list", [1]));
    const response = await visit(cookie, (session) => {
      for (const value of session.values()) (value as number[]).push(2);
      for (const [, value] of session) (value as number[]).push(3);
    });
    expect(await dataOf(cookieIn(response))).toEqual({ list: [1, 2, 3] });
  });

  it("of a value after it was set are saved as they are on commit", async () => {
    const { cookieOf, dataOf } = setUp();
    const cookie = await cookieOf((session) => {
      const list = [1];
      session.set("list", list);
      list.push(2);
    });
    expect(await dataOf(cookie)).toEqual({ list: [1, 2] });
  });

  it("that are undone write nothing", async () => {
    const { visit, cookieOf } = setUp();
    const cookie = await cookieOf((session) => session.set("list", [1]));
    const response = await visit(cookie, (session) => {
      const list = session.get("list") as number[];
      list.push(2);
      list.pop();
    });
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it("show in the status at once", async () => {
    const { sessions, cookieOf } = setUp();
    const cookie = await cookieOf((session) => session.set("list", [1]));
    const session = await sessions.load({ headers: new Headers({ cookie }) });
    const list = session.get("list") as number[];
    expect(session.status).toBe("unchanged");
    list.push(2);
    expect(session.status).toBe("modified");
  });
});

describe("flash", () => {
  it("keeps a message for the next page, once", async () => {
    const { visit, cookieOf } = setUp();
    const cookie = await cookieOf((session) => session.flash("info", "Saved"));
    const response = await visit(cookie, (session) => {
      expect(session.flashes()).toEqual([{ category: "info", message: "Saved" }]);
      expect(session.flashes()).toEqual([]);
    });
    expect(isCleared(response)).toBe(true);
  });

  it("gives the messages of a category and leaves the others", async () => {
    const { visit, cookieOf } = setUp();
    const cookie = await cookieOf((session) => {
      session.flash("info", "one");
      session.flash("error", "two");
      session.flash("info", "three");
    });
    const response = await visit(cookie, (session) => {
      expect(session.flashes("info").map((flash) => flash.message)).toEqual(["one", "three"]);
      expect(session.flashes("none")).toEqual([]);
    });
    await visit(cookieIn(response), (session) => {
      expect(session.flashes()).toEqual([{ category: "error", message: "two" }]);
    });
  });

  it("that nobody left costs nothing: a page that asks for messages sends no cookie", async () => {
    const { visit, cookieOf } = setUp();
    const cookie = await cookieOf((session) => session.set("a", 1).flash("error", "waits"));
    for (const given of [cookie, undefined]) {
      const response = await visit(given, (session) => {
        expect(session.flashes("info")).toEqual([]);
        if (given === undefined) expect(session.flashes()).toEqual([]);
        expect(session.status).toBe("unchanged");
      });
      expect(response.headers.getSetCookie()).toEqual([]);
    }
    const read = await visit(cookie, (session) => expect(session.flashes()).toHaveLength(1));
    const after = await visit(cookieIn(read), (session) => expect(session.flashes()).toEqual([]));
    expect(after.headers.getSetCookie()).toEqual([]);
  });

  it("is no session data", async () => {
    const { session } = await fresh();
    session.flash("info", "hello");
    expect([session.size, [...session]]).toEqual([0, []]);
    session.clear();
    expect(session.flashes()).toHaveLength(1);
  });
});

describe("login, regenerate, destroy", () => {
  it("login makes the session a user's, under the same id and with a new start, and keeps a visitor's cart", async () => {
    const { visit, cookieOf, clock } = setUp();
    const cookie = await cookieOf((session) => session.set("cart", [1]));
    clock.seconds += 100;
    const response = await visit(cookie, (session) => {
      const { id } = session;
      session.login("ada");
      expect(session.id).toBe(id);
      expect(session.createdAt).toEqual(new Date((START + 100) * 1000));
      expect([session.owner, session.get("cart")]).toEqual(["ada", [1]]);
    });
    await visit(cookieIn(response), (session) => {
      expect([session.owner, session.get("cart"), session.isNew]).toEqual(["ada", [1], false]);
    });
  });

  it("login of somebody else takes nothing of the former owner along", async () => {
    const { visit, cookieOf } = setUp();
    const cookie = await cookieOf((session) => {
      session.login("ada");
      session.set("mail", "ada@example.com");
      session.flash("info", "Hello Ada");
    });
    const response = await visit(cookie, (session) => session.login("bob"));
    await visit(cookieIn(response), (session) => {
      expect([session.owner, session.size, session.flashes()]).toEqual(["bob", 0, []]);
    });
  });

  it("login of the same user again keeps the data and the id, under a new token", async () => {
    const { visit, cookieOf } = setUp();
    const cookie = await cookieOf((session) => {
      session.login("ada");
      session.set("a", 1);
    });
    const response = await visit(cookie, (session) => {
      const { id } = session;
      session.login("ada");
      expect([session.id === id, session.get("a")]).toEqual([true, 1]);
    });
    expect(claimsOf(cookieIn(response))).toMatchObject({ sid: claimsOf(cookie).sid, g: 1 });
  });

  it.each([
    ["in the token", () => ({})],
    ["in a store", () => ({ store: memoryStore() })],
    ["with revocations", () => ({ revocations: memoryStore() })],
  ])("its id is the same when it is first asked for after the commit: %s", async (_mode, options) => {
    const { sessions } = setUp(options());
    const session = await sessions.load(new Request("http://localhost/"));
    session.login("ada");
    const response = await sessions.commit(session, new Response("ok"));
    expect(session.id).toBe(claimsOf(cookieIn(response)).sid);
    const next = await sessions.load(new Request("http://localhost/", { headers: { cookie: cookieIn(response) } }));
    next.destroy();
    next.set("a", 1);
    expect(next.id).not.toBe(session.id);
    expect(claimsOf(cookieIn(await sessions.commit(next, new Response("ok")))).sid).toBe(next.id);
  });

  it.each([[""], [undefined], [7]])("login refuses %j as an owner", async (owner) => {
    const { session } = await fresh();
    const login = session.login.bind(session) as (owner: unknown) => void;
    expect(() => login(owner)).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
  });

  it.each([
    ["a NUL, which PostgreSQL refuses", "ada\0"],
    ["half of a surrogate pair, which UTF-8 replaces", "ada\ud800"],
    ["the other half", "\udc00ada"],
  ])("login refuses an owner with %s", async (_what, owner) => {
    const { session } = await fresh();
    const refusal = expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" });
    expect(() => session.login(owner)).toThrow(refusal);
    expect(() => session.login(owner)).toThrow(
      /^login needs the user's id, a non-empty string of whole characters without NUL\. /,
    );
    expect([session.owner, session.status]).toEqual([undefined, "unchanged"]);
  });

  it.each(["😀", "a\u0301", "\ufffd", "x".repeat(500), "\n", " "])(
    "login takes the owner %j as it is",
    async (owner) => {
      const { visit, cookieOf } = setUp();
      await visit(await cookieOf((session) => session.login(owner)), (session) => expect(session.owner).toBe(owner));
    },
  );

  it("login may say whether the session survives the browser's end", async () => {
    const { visit, cookieOf } = setUp();
    const remembered = await visit(undefined, (session) => session.login("ada", { persistent: true }));
    expect(remembered.headers.getSetCookie()[0]).toContain("; Max-Age=1209600; Expires=");
    const forgotten = await visit(cookieIn(remembered), (session) => session.login("ada", { persistent: false }));
    expect(forgotten.headers.getSetCookie()[0]).not.toMatch(/Max-Age|Expires/);
    const kept = await cookieOf((session) => {
      session.persistent = true;
      session.login("ada");
    });
    await visit(kept, (session) => expect(session.persistent).toBe(true));
  });

  it.each([["yes"], [1], [null]])("persistent refuses %j, which is neither true nor false", async (value) => {
    const { session } = await fresh();
    const refusal = expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" });
    expect(() => Object.assign(session, { persistent: value })).toThrow(refusal);
    expect(() => session.login("ada", { persistent: value as never })).toThrow(refusal);
    expect(session.owner).toBeUndefined();
  });

  it.each([
    ["info", { text: "no string" }],
    ["info", undefined],
    [7, "text"],
  ])(
    "flash refuses %j with %j: what a visitor typed must not come back as something else",
    async (category, message) => {
      const { session } = await fresh();
      const flash = session.flash.bind(session) as (category: unknown, message: unknown) => void;
      expect(() => flash(category, message)).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
      expect(session.flashes()).toEqual([]);
    },
  );

  it("flashes that look like the tags of other values come back as they were", async () => {
    const { visit, cookieOf } = setUp();
    const text = '{"$Map":[["a",1]]}';
    const cookie = await cookieOf((session) => session.flash("$BigInt", text));
    await visit(cookie, (session) => expect(session.flashes()).toEqual([{ category: "$BigInt", message: text }]));
  });

  it("says why the client's former session is not this one", async () => {
    const { visit, cookieOf, clock } = setUp({ lifetime: { idle: 60 } });
    const endedOf = async (cookie: string | undefined) => {
      let ended: unknown;
      await visit(cookie, (session) => {
        ended = session.ended;
      });
      return ended;
    };
    const cookie = await cookieOf((session) => session.set("a", 1));
    expect([await endedOf(undefined), await endedOf(cookie)]).toEqual([undefined, undefined]);
    expect(await endedOf("__Host-session=forged")).toBe("rejected");
    clock.seconds += 60;
    expect(await endedOf(cookie)).toBe("expired");
  });

  it("a session with an owner and no data is kept", async () => {
    const { visit, cookieOf } = setUp();
    const cookie = await cookieOf((session) => session.login("ada"));
    await visit(cookie, (session) => expect(session.owner).toBe("ada"));
  });

  it("regenerate makes a token of the next generation, and changes nothing else", async () => {
    const { visit, cookieOf, clock } = setUp();
    const cookie = await cookieOf((session) => {
      session.login("ada");
      session.set("a", 1);
      session.persistent = true;
    });
    clock.seconds += 10;
    const response = await visit(cookie, (session) => session.regenerate());
    const renewed = cookieIn(response);
    expect(claimsOf(renewed)).toEqual({
      ...claimsOf(cookie),
      g: 1,
      iat: START + 10,
      exp: START + 10 + 1_209_600,
      start: START,
    });
  });

  it("destroy empties the session at once", async () => {
    const { sessions, cookieOf } = setUp();
    const cookie = await cookieOf((session) => {
      session.login("ada");
      session.set("a", 1).flash("info", "hello");
      session.persistent = true;
    });
    const session = await sessions.load({ headers: new Headers({ cookie }) });
    session.destroy();
    expect(session.status).toBe("destroyed");
    expect([session.size, session.owner, session.flashes(), session.persistent]).toEqual([0, undefined, [], false]);
  });

  it("what is written after destroy begins a new session, like a farewell for the next page", async () => {
    const { visit, cookieOf } = setUp();
    const cookie = await cookieOf((session) => {
      session.login("ada");
      session.set("a", 1);
    });
    const response = await visit(cookie, (session) => {
      const { id } = session;
      session.destroy();
      session.flash("info", "Signed out");
      expect([session.status, session.isNew, session.id === id]).toEqual(["modified", true, false]);
    });
    await visit(cookieIn(response), (session) => {
      expect([session.owner, session.size]).toEqual([undefined, 0]);
      expect(session.flashes()).toEqual([{ category: "info", message: "Signed out" }]);
    });
  });

  it("ids are 128 random bits in base64url, a new one for every session", async () => {
    const { sessions } = setUp();
    const ids = new Set<string>();
    for (let i = 0; i < 10_000; i++) ids.add((await sessions.load(new Request("http://localhost/"))).id);
    expect(ids.size).toBe(10_000);
    for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
  });

  it("the id stays the same over reads and writes", async () => {
    const { visit, cookieOf } = setUp();
    const cookie = await cookieOf((session) => session.set("a", 1));
    const response = await visit(cookie, (session) => session.set("a", 2));
    expect(claimsOf(cookieIn(response)).sid).toBe(claimsOf(cookie).sid);
  });
});
