import { describe, expect, it } from "vitest";
import { defineStore, memoryStore, type SessionStore, type StoreOperations } from "../src/index.ts";
import { faulty } from "../src/testing.ts";
import { bound } from "./bound.ts";
import { cookieIn, START, setUp } from "./helpers.ts";

const INVALID = expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" });

/** A clock for the sessions and the store. */
function timed() {
  const time = { seconds: START };
  const store = memoryStore({ now: () => time.seconds * 1000 });
  return { time, store, now: () => time.seconds * 1000 };
}

describe("list", () => {
  it("asks the store for little more than it gives, however many sessions the owner has", async () => {
    const { operations } = memoryStore();
    const listed: number[] = [];
    const list: StoreOperations["list"] = async (owner, limit) => {
      const found = (await operations.list?.(owner, limit)) ?? [];
      listed.push(found.length);
      return found;
    };
    const counting = { ...bound(operations), list };
    for (let i = 0; i < 20_000; i++) {
      const data = `{"sid":"${`${i}`.padStart(22, "x")}","sub":"ada","d":{"i":${i}}}`;
      const times = { createdAt: START, usedAt: START + i, expiresAt: START + 1_209_600 + i };
      await operations.create(`${i}`.padStart(22, "x"), { version: 1, owner: "ada", data, ...times });
    }
    const { sessions } = setUp({ store: defineStore(counting) });
    expect((await sessions.list("ada")).map(({ data }) => data.i)).toEqual(
      Array.from({ length: 100 }, (_, i) => 19_999 - i),
    );
    expect(await sessions.list("ada", undefined, { limit: 3 })).toHaveLength(3);
    expect(listed).toEqual([120, 23]);
  });

  it("gives the sessions that were used last", async () => {
    const { time, store, now } = timed();
    const { sessions, cookieOf, visit } = setUp({ store, now, lifetime: { refresh: 1 } });
    const cookies: string[] = [];
    for (const name of ["one", "two", "three"]) {
      time.seconds += 10;
      cookies.push(
        await cookieOf((session) => {
          session.login("ada");
          session.set("name", name);
        }),
      );
    }
    time.seconds += 10;
    await visit(cookies[0], (session) => session.get("name"));
    const names = (await sessions.list("ada", undefined, { limit: 2 })).map(({ data }) => data.name);
    expect(names).toEqual(["one", "three"]);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "5", null])("refuses the limit %j", async (limit) => {
    const { sessions } = setUp({ store: memoryStore() });
    const listing = sessions.list("ada", undefined, { limit: limit as number });
    await expect(listing).rejects.toEqual(INVALID);
    await expect(listing).rejects.toThrow(/^list: limit must be a whole number above 0, but is /);
  });
});

/** A store that fails at whatever it is asked for. */
const failing = () => faulty(memoryStore(), { failure: () => "before" });

describe.each([
  ["store", (make: () => SessionStore) => ({ store: make() })],
  ["revocations", (make: () => SessionStore) => ({ revocations: make() })],
  ["overflow", (make: () => SessionStore) => ({ store: make(), revocations: make(), overflow: "store" as const })],
])("with %s", (mode, options) => {
  it.each([[undefined], [7], [null], [""], [{}], ["ada\0"], ["ada\ud800"]])(
    "revokeAll and list refuse %j as an owner",
    async (owner) => {
      const { sessions } = setUp(options(memoryStore));
      await expect(sessions.revokeAll(owner as string)).rejects.toEqual(INVALID);
      if (mode === "store") await expect(sessions.list(owner as string)).rejects.toEqual(INVALID);
    },
  );

  it.each([[undefined], [7], [null], [{}]])("revoke refuses %j, which is no text", async (id) => {
    const { sessions } = setUp(options(memoryStore));
    await expect(sessions.revoke(id as unknown as string)).rejects.toEqual(INVALID);
  });

  it.each(["", "owner:ada", "x\r\nflush_all\r\n", "../../etc/passwd", "x".repeat(21), "x".repeat(65), "é".repeat(22)])(
    "revoke of %j, which no session can have, ends nothing and asks no store",
    async (id) => {
      const { sessions } = setUp(options(failing));
      await sessions.revoke(id);
    },
  );
});

it("revokeAll ends thousands of sessions without asking the store for all of them at once", async () => {
  const { operations } = memoryStore();
  const flight = { now: 0, most: 0 };
  const update: StoreOperations["update"] = async (...args) => {
    flight.most = Math.max(flight.most, ++flight.now);
    await Promise.resolve();
    return operations.update(...args).finally(() => flight.now--);
  };
  const store = defineStore({ ...bound(operations), update });
  const { sessions, cookieOf } = setUp({ store });
  for (let i = 0; i < 1050; i++) await cookieOf((session) => session.login("ada"));
  expect(await sessions.revokeAll("ada")).toBe(1050);
  expect(await sessions.list("ada")).toEqual([]);
  expect(flight.most).toBeLessThanOrEqual(100);
  expect(flight.most).toBeGreaterThan(1);
});

it("revokeAll ends all that it can, though the store fails for one", async () => {
  const { operations } = memoryStore();
  const failing = { id: "" };
  const update: StoreOperations["update"] = async (id, ...args) => {
    if (id === failing.id) throw new Error("failed");
    return operations.update(id, ...args);
  };
  const { sessions, cookieOf, audit } = setUp({ store: defineStore({ ...bound(operations), update }) });
  for (let i = 0; i < 250; i++) await cookieOf((session) => session.login("ada"));
  failing.id = (await sessions.list("ada")).at(-1)?.id ?? "";
  audit.length = 0;
  await expect(sessions.revokeAll("ada")).rejects.toMatchObject({ code: "ERR_STORE" });
  expect((await sessions.list("ada")).map(({ id }) => id)).toEqual([failing.id]);
  expect(audit).toHaveLength(249);
});

it.each([
  ["list", 3],
  ["update", 1],
] as const)(
  "a sign-in that is saved gets its cookie, though the store then fails to end the surplus (%s)",
  async (failing, nth) => {
    let calls = 0;
    const armed = { on: false };
    const failure = (operation: string) =>
      armed.on && operation === failing && ++calls === nth ? "before" : undefined;
    const store = faulty(memoryStore({ now: () => START * 1000 }), { failure });
    const sessionsPerOwner = { max: 1, beyond: "end-oldest" as const };
    const { sessions, visit, cookieOf } = setUp({ store, sessionsPerOwner });
    await cookieOf((session) => session.login("ada"));
    armed.on = true;
    const cookie = cookieIn(await visit(undefined, (session) => session.login("ada")));
    armed.on = false;
    await visit(cookie, (session) => expect(session.owner).toBe("ada"));
    expect(calls).toBeGreaterThanOrEqual(nth);
    await cookieOf((session) => session.login("ada"));
    expect(await sessions.list("ada")).toHaveLength(1);
  },
);

it.each(["before", "after"] as const)(
  "a sign-in that fails because the former session can't be ended (%s) leaves no session that nobody holds",
  async (fault) => {
    const armed = { on: false };
    let deletes = 0;
    const failure = (operation: string) => (armed.on && operation === "delete" && ++deletes === 1 ? fault : undefined);
    const store = faulty(memoryStore(), { failure });
    const { sessions, visit, cookieOf } = setUp({ store });
    const cookie = await cookieOf((session) => session.set("cart", 1));
    armed.on = true;
    const signIn = visit(cookie, (session) => {
      session.destroy();
      session.login("ada");
    });
    await expect(signIn).rejects.toMatchObject({ code: "ERR_STORE" });
    expect(await sessions.list("ada")).toEqual([]);
  },
);
