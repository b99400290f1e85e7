import { describe, expect, it } from "vitest";
import { defineStore, memoryStore, type OwnedRecord, type SessionOptions } from "../src/index.ts";
import { faulty } from "../src/testing.ts";
import { fiveOperations } from "./bound.ts";
import { cookieIn, setUp } from "./helpers.ts";
import { setUpInStore } from "./in-store.ts";

type Limit = NonNullable<SessionOptions["sessionsPerOwner"]>;

/** Sessions whose store takes its time, so that sign-ins at once see nothing of each other before they write. */
function limited(sessionsPerOwner: Limit) {
  const store = faulty(memoryStore(), { latency: 2 });
  const test = setUp({ store, sessionsPerOwner, now: Date.now });
  const signIn = async (cookie?: string) => cookieIn(await test.visit(cookie, (session) => session.login("ada")));
  const ownerOf = async (cookie: string) => (await test.sessions.load({ headers: new Headers({ cookie }) })).owner;
  return { ...test, signIn, ownerOf };
}

const isTooMany = (result: PromiseSettledResult<string>) =>
  result.status === "rejected" && result.reason.code === "ERR_TOO_MANY_SESSIONS";
const cookiesOf = (results: PromiseSettledResult<string>[]) =>
  results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));

describe.each([1, 2, 3])("of ten that sign in at once, with at most %d sessions", (max) => {
  it("as many stay as there is room for, and the others are refused", async () => {
    const { signIn, sessions, ownerOf } = limited({ max, beyond: "refuse" });
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => signIn()));
    const cookies = cookiesOf(results);
    expect(cookies).toHaveLength(max);
    expect(results.filter(isTooMany)).toHaveLength(10 - max);
    expect(await Promise.all(cookies.map(ownerOf))).toEqual(cookies.map(() => "ada"));
    expect(await sessions.list("ada")).toHaveLength(max);
  });

  it("as many stay as there is room for, and the others end", async () => {
    const { signIn, sessions, ownerOf } = limited({ max, beyond: "end-oldest" });
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => signIn()));
    const owners = await Promise.all(cookiesOf(results).map(ownerOf));
    expect(owners.filter((owner) => owner === "ada")).toHaveLength(max);
    expect(await sessions.list("ada")).toHaveLength(max);
  });
});

describe("where there is no room", () => {
  it("a sign-in that is refused leaves the visitor's own session as it was", async () => {
    const { signIn, visit, dataOf, sessions } = limited({ max: 1, beyond: "refuse" });
    await signIn();
    const cookie = cookieIn(await visit(undefined, (session) => session.set("cart", [1])));
    await expect(signIn(cookie)).rejects.toMatchObject({ code: "ERR_TOO_MANY_SESSIONS" });
    expect(await dataOf(cookie)).toEqual({ cart: [1] });
    expect(await sessions.list("ada")).toHaveLength(1);
  });

  it("sign-ins at once that are refused leave the visitors' own sessions as they were", async () => {
    const { signIn, visit, dataOf, sessions } = limited({ max: 1, beyond: "refuse" });
    const carts = await Promise.all(
      Array.from({ length: 6 }, async (_, i) => cookieIn(await visit(undefined, (session) => session.set("cart", i)))),
    );
    const results = await Promise.allSettled(carts.map(signIn));
    expect(results.filter(isTooMany)).toHaveLength(5);
    for (const [i, result] of results.entries()) {
      const cookie = result.status === "fulfilled" ? result.value : String(carts[i]);
      expect(await dataOf(cookie)).toEqual({ cart: i });
    }
    expect(await sessions.list("ada")).toHaveLength(1);
  });

  it("regenerate and another login in a session that counts already are never refused", async () => {
    const { signIn, visit, ownerOf } = limited({ max: 1, beyond: "refuse" });
    const first = await signIn();
    const second = cookieIn(await visit(first, (session) => session.regenerate()));
    const third = await signIn(second);
    expect(await ownerOf(third)).toBe("ada");
  });

  it("a sign-in after destroy in the same request takes the place that it has left", async () => {
    const { signIn, visit, ownerOf } = limited({ max: 1, beyond: "refuse" });
    const first = await signIn();
    const second = cookieIn(
      await visit(first, (session) => {
        session.destroy();
        session.login("ada");
      }),
    );
    expect([await ownerOf(first), await ownerOf(second)]).toEqual([undefined, "ada"]);
  });

  it("the one that began first ends, also where all began in the same second", async () => {
    const { signIn, ownerOf } = limited({ max: 2, beyond: "end-oldest" });
    const cookies: string[] = [];
    for (let i = 0; i < 5; i++) cookies.push(await signIn());
    expect(await Promise.all(cookies.map(ownerOf))).toEqual([undefined, undefined, undefined, "ada", "ada"]);
  });
});

it("an unknown way beyond the limit throws at construction", () => {
  expect(() => limited({ max: 1, beyond: "ignore" as never })).toThrow(/^sessionsPerOwner\.beyond must be "refuse" or/);
});

let turns = 0;
function rotate(records: OwnedRecord[]): OwnedRecord[] {
  const by = records.length === 0 ? 0 : ++turns % records.length;
  return [...records.slice(by), ...records.slice(0, by)];
}

const orders: [name: string, order: (records: OwnedRecord[]) => OwnedRecord[]][] = [
  ["oldest first", (records) => records],
  ["newest first", (records) => records.toReversed()],
  ["from the middle", (records) => [...records.slice(2), ...records.slice(0, 2)]],
  ["otherwise each time", rotate],
  ["by id", (records) => records.toSorted((a, b) => (a.id < b.id ? -1 : 1))],
];

describe.each(orders)("with a store that lists %s", (_name, order) => {
  it.each(["end-oldest", "refuse"] as const)("exactly so many of five sign-ins at once stay: %s", async (beyond) => {
    const { sessions, ownerOf, signIn } = setUpInStore({ sessionsPerOwner: { max: 2, beyond } }, (store) => {
      const list = async (owner: string) => order((await store.operations.list?.(owner)) ?? []);
      return faulty(defineStore({ ...fiveOperations(store), list }), { latency: 2 });
    });
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => signIn("ada")));
    const owners = await Promise.all(cookiesOf(results).map(ownerOf));
    expect(owners.filter((owner) => owner === "ada")).toHaveLength(2);
    expect(await sessions.list("ada")).toHaveLength(2);
  });
});

describe("what sessionsPerOwner costs", () => {
  it.each(["end-oldest", "refuse"] as const)("is nothing but for a sign-in: %s", async (beyond) => {
    const calls: string[] = [];
    const failure = (operation: string) => {
      calls.push(operation);
      return undefined;
    };
    const { visit, cookieOf } = setUpInStore({ sessionsPerOwner: { max: 1, beyond } }, (store) =>
      faulty(store, { failure }),
    );
    const visitor = await cookieOf((session) => session.set("a", 1));
    expect(calls.splice(0)).toEqual(["create"]);
    await visit(visitor, (session) => session.set("a", 2));
    expect(calls.splice(0)).toEqual(["read", "update"]);
    const signedIn = cookieIn(await visit(visitor, (session) => session.login("ada")));
    expect(calls.splice(0).length).toBeGreaterThan(2);
    await visit(signedIn, (session) => session.set("a", 3).regenerate());
    expect(calls.splice(0)).toEqual(["read", "update"]);
  });
});
