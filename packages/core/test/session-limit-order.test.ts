import { describe, expect, it } from "vitest";
import { createSessions, defineStore, type OwnedRecord, type SessionStore } from "../src/index.ts";
import { fiveOperations } from "./bound.ts";
import { cookieIn, SECRET } from "./helpers.ts";
import { setUpInStore } from "./in-store.ts";

/** A store that lists in an order of its own: any is allowed. */
const listing =
  (order: (records: OwnedRecord[]) => OwnedRecord[]) =>
  (store: SessionStore): SessionStore => {
    const { operations } = store;
    const list = async (owner: string) => order((await operations.list?.(owner)) ?? []);
    return defineStore({ ...fiveOperations(store), list });
  };

const orders: [name: string, order: (records: OwnedRecord[]) => OwnedRecord[]][] = [
  ["oldest first", (records) => records],
  ["newest first", (records) => records.toReversed()],
  ["from the middle", (records) => [...records.slice(2), ...records.slice(0, 2)]],
  ["by id", (records) => records.toSorted((a, b) => (a.id < b.id ? -1 : 1))],
];

describe("sessionsPerOwner: end-oldest", () => {
  const sessionsPerOwner = { max: 3, beyond: "end-oldest" } as const;

  it.each(orders)(
    "ends the one that was begun first, and no other, with a store that lists %s",
    async (_name, order) => {
      const { signIn, ownerOf, clock } = setUpInStore({ sessionsPerOwner }, listing(order));
      const cookies: string[] = [];
      for (let i = 0; i < 5; i++) {
        cookies.push(await signIn("ada"));
        clock.seconds += 10;
        const alive = await Promise.all(cookies.map(ownerOf));
        expect(alive.map((owner) => owner === "ada")).toEqual(cookies.map((_, each) => each > i - 3));
      }
    },
  );

  it.each(orders)("goes by the start, not by the last use, with a store that lists %s", async (_name, order) => {
    const { signIn, ownerOf, visit, clock } = setUpInStore({ sessionsPerOwner }, listing(order));
    const cookies = [await signIn("ada"), await signIn("ada"), await signIn("ada")];
    clock.seconds += 10;
    await visit(cookies[0], (session) => session.set("a", 1));
    await signIn("ada");
    expect(await Promise.all(cookies.map(ownerOf))).toEqual([undefined, "ada", "ada"]);
  });

  it.each(orders)("within one second too, with a store that lists %s", async (_name, order) => {
    const { signIn, ownerOf } = setUpInStore({ sessionsPerOwner }, listing(order));
    const cookies: string[] = [];
    for (let i = 0; i < 5; i++) cookies.push(await signIn("ada"));
    expect(await Promise.all(cookies.map(ownerOf))).toEqual([undefined, undefined, "ada", "ada", "ada"]);
  });

  it("ends as many as there are too many, after the number was lowered, and tells whose they were no more", async () => {
    const before = setUpInStore();
    const cookies: string[] = [];
    for (let i = 0; i < 4; i++) {
      cookies.push(await before.signIn("ada"));
      before.clock.seconds += 1;
    }
    const bob = await before.signIn("bob");
    const options = { store: before.inner, now: () => before.clock.seconds * 1000 };
    const { signIn, ownerOf, sessions } = setUpInStore({
      ...options,
      sessionsPerOwner: { max: 2, beyond: "end-oldest" },
    });
    const latest = await signIn("ada");
    expect(await Promise.all([...cookies, latest, bob].map(ownerOf))).toEqual([
      undefined,
      undefined,
      undefined,
      "ada",
      "ada",
      "bob",
    ]);
    expect(await sessions.list("ada")).toHaveLength(2);
  });

  it("counts a session that signs in once more, or regenerates, as the one that it is", async () => {
    const { signIn, ownerOf, visit, clock } = setUpInStore({ sessionsPerOwner: { max: 2, beyond: "end-oldest" } });
    const first = await signIn("ada");
    clock.seconds += 10;
    let second = await signIn("ada");
    clock.seconds += 10;
    second = cookieIn(await visit(second, (session) => session.login("ada")));
    second = cookieIn(await visit(second, (session) => session.regenerate()));
    expect([await ownerOf(first), await ownerOf(second)]).toEqual(["ada", "ada"]);
  });

  it("counts a visitor's session from its sign-in, and one that changes hands with its new owner", async () => {
    const { signIn, ownerOf, visit, cookieOf, clock } = setUpInStore({
      sessionsPerOwner: { max: 1, beyond: "end-oldest" },
    });
    const visitor = await cookieOf((session) => session.set("cart", [1]));
    clock.seconds += 10;
    const earlier = await signIn("ada");
    const bob = await signIn("bob");
    clock.seconds += 10;
    const later = cookieIn(await visit(visitor, (session) => session.login("ada")));
    expect([await ownerOf(earlier), await ownerOf(later)]).toEqual([undefined, "ada"]);
    const taken = cookieIn(await visit(later, (session) => session.login("bob")));
    expect([await ownerOf(bob), await ownerOf(taken)]).toEqual([undefined, "bob"]);
  });

  it("does not count a session that is destroyed to sign in anew", async () => {
    const { signIn, ownerOf, visit, clock } = setUpInStore({ sessionsPerOwner: { max: 2, beyond: "end-oldest" } });
    const other = await signIn("ada");
    clock.seconds += 10;
    const cookie = await signIn("ada");
    clock.seconds += 10;
    const next = cookieIn(
      await visit(cookie, (session) => {
        session.destroy();
        session.login("ada");
      }),
    );
    expect([await ownerOf(other), await ownerOf(cookie), await ownerOf(next)]).toEqual(["ada", undefined, "ada"]);
  });

  it("leaves a session alone that is somebody else's by the time it would end", async () => {
    const handover: { now?: (() => Promise<unknown>) | undefined } = {};
    const { signIn, ownerOf, visit } = setUpInStore({ sessionsPerOwner: { max: 1, beyond: "end-oldest" } }, (store) => {
      const list = async (owner: string) => {
        const records = (await store.operations.list?.(owner)) ?? [];
        if (records.length > 1) await handover.now?.();
        return records;
      };
      return defineStore({ ...fiveOperations(store), list });
    });
    const shared = await signIn("ada");
    let bob = "";
    handover.now = async () => {
      handover.now = undefined;
      bob = cookieIn(await visit(shared, (session) => session.login("bob")));
    };
    await signIn("ada");
    expect(await ownerOf(bob)).toBe("bob");
  });
});

describe("sessionsPerOwner: refuse", () => {
  const sessionsPerOwner = { max: 2, beyond: "refuse" } as const;

  it("tells how many there are and may be, and leaves the visitor's session as it was", async () => {
    const { signIn, cookieOf, visit, load } = setUpInStore({ sessionsPerOwner });
    await signIn("ada");
    await signIn("ada");
    const visitor = await cookieOf((session) => session.set("cart", [1]));
    await expect(visit(visitor, (session) => session.login("ada"))).rejects.toMatchObject({
      code: "ERR_TOO_MANY_SESSIONS",
      message: expect.stringContaining("may have 2 sessions (sessionsPerOwner)"),
    });
    const session = await load(visitor);
    expect([session.owner, session.isNew, session.get("cart")]).toEqual([undefined, false, [1]]);
  });

  it("has room again once one has ended", async () => {
    const { signIn, visit, ownerOf, clock, sessions } = setUpInStore({ sessionsPerOwner, lifetime: { idle: 100 } });
    const first = await signIn("ada");
    await signIn("ada");
    await visit(first, (session) => session.destroy());
    const third = await signIn("ada");
    await expect(signIn("ada")).rejects.toMatchObject({ code: "ERR_TOO_MANY_SESSIONS" });
    await sessions.revokeAll("ada");
    expect(await ownerOf(third)).toBeUndefined();
    await signIn("ada");
    await signIn("ada");
    clock.seconds += 100;
    expect(await ownerOf(await signIn("ada"))).toBe("ada");
  });

  it("lets an owner sign in anew in a session that takes the place of a former one", async () => {
    const { signIn, visit, ownerOf } = setUpInStore({ sessionsPerOwner });
    const other = await signIn("ada");
    const cookie = await signIn("ada");
    const next = cookieIn(
      await visit(cookie, (session) => {
        session.destroy();
        session.login("ada");
      }),
    );
    expect([await ownerOf(other), await ownerOf(cookie), await ownerOf(next)]).toEqual(["ada", undefined, "ada"]);
  });

  it.each(orders)("of many at once lets exactly so many in, with a store that lists %s", async (_name, order) => {
    const { sessions, load, visit, cookieOf } = setUpInStore({ sessionsPerOwner }, listing(order));
    const visitor = await cookieOf((session) => session.set("cart", [1]));
    const signIns = await Promise.allSettled([
      ...[1, 2, 3, 4].map(() => visit(undefined, (session) => session.login("ada"))),
      visit(visitor, (session) => session.login("ada")),
    ]);
    const refused = signIns.filter((each) => each.status === "rejected").map(({ reason }) => reason.code);
    expect(refused).toEqual(Array(3).fill("ERR_TOO_MANY_SESSIONS"));
    expect(await sessions.list("ada")).toHaveLength(2);
    const admitted = signIns.flatMap((each) => (each.status === "fulfilled" ? [cookieIn(each.value)] : []));
    for (const cookie of admitted) expect((await load(cookie)).owner).toBe("ada");
    // One that is taken back leaves the visitor with what was there.
    if (signIns[4]?.status === "rejected") {
      const session = await load(visitor);
      expect([session.owner, session.get("cart")]).toEqual([undefined, [1]]);
    }
  });

  it("counts its own session where the index of the store lags behind", async () => {
    const lagging = (store: SessionStore) => defineStore({ ...fiveOperations(store), list: async () => [] });
    const { signIn, ownerOf } = setUpInStore({ sessionsPerOwner: { max: 1, beyond: "refuse" } }, lagging);
    expect(await ownerOf(await signIn("ada"))).toBe("ada");
  });
});

it("sessionsPerOwner says which words it knows", () => {
  const sessionsPerOwner = { max: 1, beyond: "throw" } as never;
  const { inner: store } = setUpInStore();
  expect(() => createSessions({ secrets: SECRET, store, sessionsPerOwner })).toThrow(
    expect.objectContaining({
      code: "ERR_INVALID_OPTION",
      message: expect.stringMatching(/"refuse" or "end-oldest", but is "throw"/),
    }),
  );
  for (const max of [1.5, -1, Number.NaN, "3" as never]) {
    expect(() => createSessions({ secrets: SECRET, store, sessionsPerOwner: { max, beyond: "refuse" } })).toThrow(
      /^sessionsPerOwner needs a max above 0/,
    );
  }
});
