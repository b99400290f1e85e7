import { afterEach, describe, expect, it, vi } from "vitest";
import type { Session, SessionOptions } from "../src/index.ts";
import { type Fault, faulty, type StoreOperation } from "../src/testing.ts";
import { cookieIn, isCleared, setUp } from "./helpers.ts";
import { setUpInStore } from "./in-store.ts";

type Faults = Partial<Record<StoreOperation, Fault>>;

/** A store whose calls fail as `faults` says, once it says so, and overtake others as often as `conflicts` does. */
function setUpFaulty(options: Partial<SessionOptions> = {}) {
  const faults: Faults = {};
  const contended = { conflicts: 0 };
  const calls: StoreOperation[] = [];
  const test = setUpInStore(options, (store) =>
    faulty(store, {
      failure: (operation) => {
        calls.push(operation);
        return faults[operation];
      },
      conflict: () => contended.conflicts-- > 0,
    }),
  );
  const recover = () => {
    for (const operation of Object.keys(faults)) delete faults[operation as StoreOperation];
  };
  return { ...test, faults, contended, calls, recover };
}

const renewals: [name: string, renew: (session: Session) => unknown][] = [
  ["regenerate", (session) => session.regenerate()],
  ["login", (session) => session.login("ada")],
];

describe("a new token whose record was saved, but the store's answer got lost", () => {
  it.each(renewals)("is sent all the same: %s", async (_name, renew) => {
    const { cookieOf, visit, load, faults, events } = setUpFaulty();
    const cookie = await cookieOf((session) => session.set("a", 1));
    faults.update = "after";
    const renewed = cookieIn(await visit(cookie, renew));
    expect(events).toEqual([{ type: "store-failed", operation: "update" }]);
    const session = await load(renewed);
    expect([session.isNew, session.get("a")]).toEqual([false, 1]);
    expect((await load(cookie)).ended).toBe("superseded");
  });

  it.each(renewals)("is an error where it was not saved, and the former one lives on: %s", async (_name, renew) => {
    const { cookieOf, visit, faults, dataOf, recover } = setUpFaulty();
    const cookie = await cookieOf((session) => session.set("a", 1));
    faults.update = "before";
    await expect(visit(cookie, renew)).rejects.toMatchObject({
      code: "ERR_STORE",
      message: expect.stringContaining("Whether it was saved is not known"),
    });
    recover();
    expect(await dataOf(cookie)).toEqual({ a: 1 });
  });

  it("is an error where the store can't tell any more, and the cause is that of the write", async () => {
    const { cookieOf, load, commit, faults } = setUpFaulty();
    const session = await load(await cookieOf((session) => session.set("a", 1)));
    session.regenerate();
    Object.assign(faults, { update: "after", read: "before" });
    await expect(commit(session)).rejects.toMatchObject({ code: "ERR_STORE", cause: { message: /update reached/ } });
  });
});

describe("a write whose answer got lost", () => {
  it.each<[name: string, operation: StoreOperation, write: (session: Session) => unknown, message: string]>([
    ["set", "update", (session) => session.set("a", 2), "Whether it was saved is not known"],
    ["destroy", "delete", (session) => session.destroy(), "Whether the session has ended is not known"],
  ])("is an error that says what is known: %s", async (_name, operation, write, message) => {
    for (const fault of ["before", "after"] as const) {
      const { cookieOf, visit, faults, calls } = setUpFaulty();
      const cookie = await cookieOf((session) => session.set("a", 1));
      faults[operation] = fault;
      calls.length = 0;
      await expect(visit(cookie, write)).rejects.toMatchObject({
        code: "ERR_STORE",
        message: expect.stringContaining(message),
      });
      expect(calls).toEqual(["read", operation]);
    }
  });

  it("leaves the former session as it was where a new one could not be begun", async () => {
    const { signIn, ownerOf, visit, faults, recover } = setUpFaulty();
    const cookie = await signIn("ada");
    faults.create = "before";
    const failing = visit(cookie, (session) => {
      session.destroy();
      session.set("bye", true);
    });
    await expect(failing).rejects.toMatchObject({
      code: "ERR_STORE",
      message: expect.stringContaining("No session has begun; a former one is as it was"),
    });
    recover();
    expect(await ownerOf(cookie)).toBe("ada");
  });
});

describe("with revocations", () => {
  /** Data in the token; `inner` remembers what has ended. */
  function setUpRevocable() {
    const faults: Faults = {};
    const contended = { conflicts: 0 };
    const { inner } = setUpInStore();
    const revocations = faulty(inner, {
      failure: (operation) => faults[operation],
      conflict: () => contended.conflicts-- > 0,
    });
    const test = setUp({ revocations, now: Date.now });
    const ownerOf = async (cookie: string) => (await test.sessions.load({ headers: new Headers({ cookie }) })).owner;
    const signIn = () => test.cookieOf((session) => session.login("ada"));
    return { ...test, faults, contended, ownerOf, signIn };
  }

  afterEach(() => void vi.restoreAllMocks());

  it("a new token whose note was saved is sent, though the answer got lost", async () => {
    const { visit, signIn, ownerOf, faults } = setUpRevocable();
    let cookie = await signIn();
    for (const operation of ["create", "update"] as const) {
      faults[operation] = "after";
      const renewed = cookieIn(await visit(cookie, (session) => session.regenerate()));
      delete faults[operation];
      expect([await ownerOf(cookie), await ownerOf(renewed)]).toEqual([undefined, "ada"]);
      cookie = renewed;
    }
  });

  it("a session ends, though the answer got lost", async () => {
    const { visit, signIn, ownerOf, faults } = setUpRevocable();
    const cookie = await signIn();
    faults.create = "after";
    expect(isCleared(await visit(cookie, (session) => session.destroy()))).toBe(true);
    expect(await ownerOf(cookie)).toBeUndefined();
    delete faults.create;
    const renewed = cookieIn(await visit(await signIn(), (session) => session.regenerate()));
    faults.update = "after";
    expect(isCleared(await visit(renewed, (session) => session.destroy()))).toBe(true);
    expect(await ownerOf(renewed)).toBeUndefined();
  });

  it("it is an error where nothing was saved, or where that can't be found out", async () => {
    const { sessions, visit, signIn, ownerOf, faults } = setUpRevocable();
    const cookie = await signIn();
    const session = await sessions.load({ headers: new Headers({ cookie }) });
    session.destroy();
    Object.assign(faults, { create: "before" });
    await expect(visit(cookie, (each) => each.regenerate())).rejects.toMatchObject({ code: "ERR_STORE" });
    Object.assign(faults, { read: "before" });
    await expect(sessions.commit(session, new Response("ok"))).rejects.toMatchObject({
      code: "ERR_STORE",
      message: expect.stringContaining("Whether this was remembered is not known: repeat the request"),
      cause: { message: /create failed/ },
    });
    for (const operation of ["create", "read"] as const) delete faults[operation];
    expect(await ownerOf(cookie)).toBe("ada");
  });

  it("revokeAll whose answer got lost is an error, and may be repeated", async () => {
    const { sessions, signIn, ownerOf, faults } = setUpRevocable();
    const cookie = await signIn();
    faults.create = "after";
    await expect(sessions.revokeAll("ada")).rejects.toMatchObject({ code: "ERR_STORE" });
    delete faults.create;
    await sessions.revokeAll("ada");
    expect(await ownerOf(cookie)).toBeUndefined();
    expect(await ownerOf(await signIn())).toBe("ada");
  });

  it("whoever is overtaken tries again", async () => {
    const { sessions, visit, signIn, ownerOf, contended } = setUpRevocable();
    const first = await signIn();
    const second = cookieIn(await visit(first, (session) => session.regenerate()));
    contended.conflicts = 3;
    const third = cookieIn(await visit(second, (session) => session.regenerate()));
    expect([await ownerOf(second), await ownerOf(third)]).toEqual([undefined, "ada"]);
    contended.conflicts = 3;
    await visit(third, (session) => session.destroy());
    expect(await ownerOf(third)).toBeUndefined();
    await sessions.revokeAll("ada");
    const fourth = await signIn();
    contended.conflicts = 3;
    await sessions.revokeAll("ada");
    expect(await ownerOf(fourth)).toBeUndefined();
  });

  it("whoever is overtaken a hundred times gives up with a clear error", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { visit, signIn, ownerOf, contended } = setUpRevocable();
    const cookie = cookieIn(await visit(await signIn(), (session) => session.regenerate()));
    contended.conflicts = 100;
    await expect(visit(cookie, (session) => session.destroy())).rejects.toMatchObject({
      code: "ERR_CONFLICT",
      message: expect.stringContaining("after 100 conflicting writes"),
    });
    expect([await ownerOf(cookie), contended.conflicts]).toEqual(["ada", 0]);
    contended.conflicts = 99;
    await visit(cookie, (session) => session.destroy());
    expect(await ownerOf(cookie)).toBeUndefined();
  });
});
