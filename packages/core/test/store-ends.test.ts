import { afterEach, describe, expect, it, vi } from "vitest";
import { defineStore, type SessionStore } from "../src/index.ts";
import { fiveOperations } from "./bound.ts";
import { cookieIn, setUp } from "./helpers.ts";
import { setUpInStore } from "./in-store.ts";

describe("storeTimeout", () => {
  afterEach(() => void vi.useRealTimers());

  it("leaves no timer behind once a call has finished, so that the process may end", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { sessions, visit, signIn, load } = setUpInStore({ storeTimeout: 4000 });
    const cookie = await signIn("ada");
    await visit(cookie, (session) => session.update("n", () => 1));
    const { id } = await load(cookie);
    await sessions.list("ada");
    await sessions.revokeAll("ada", { except: id });
    await sessions.sweep();
    await visit(cookie, (session) => session.destroy());
    expect(vi.getTimerCount()).toBe(0);
  });

  it("leaves none behind of a call that failed", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const read = () => Promise.reject(new Error("down"));
    const { cookieOf, load } = setUpInStore({ storeTimeout: 4000 }, (store) =>
      defineStore({ ...fiveOperations(store), read }),
    );
    const cookie = await cookieOf((session) => session.set("a", 1));
    await expect(load(cookie)).rejects.toMatchObject({ code: "ERR_STORE", cause: { message: "down" } });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is exact: an answer that comes just in time counts", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const outcomeAfter = async (milliseconds: number) => {
      let markAsked = () => {};
      const asked = new Promise<void>((resolve) => {
        markAsked = resolve;
      });
      const { cookieOf, load } = setUpInStore({ storeTimeout: 20 }, (store) =>
        defineStore({
          ...fiveOperations(store),
          read: async (id) => {
            markAsked();
            await new Promise((resolve) => setTimeout(resolve, milliseconds));
            return store.operations.read(id);
          },
        }),
      );
      const loading = load(await cookieOf((session) => session.set("a", 1))).then(
        (session) => session.get("a"),
        ({ code, cause }) => [code, cause.message],
      );
      await asked;
      await vi.advanceTimersByTimeAsync(milliseconds);
      return loading;
    };
    expect(await outcomeAfter(19)).toBe(1);
    expect(await outcomeAfter(21)).toEqual(["ERR_STORE", "no answer within 20 ms (storeTimeout)"]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a store without an index by owner", () => {
  const withoutIndex = (store: SessionStore) => defineStore(fiveOperations(store));

  it("can't list or revoke all: the error says what to do", async () => {
    const { sessions, signIn, ownerOf, events } = setUpInStore({}, withoutIndex);
    const cookie = await signIn("ada");
    const error = {
      code: "ERR_INVALID_OPTION",
      message: expect.stringContaining("Use a store with an index by owner"),
    };
    await expect(sessions.list("ada")).rejects.toMatchObject(error);
    await expect(sessions.revokeAll("ada")).rejects.toMatchObject(error);
    expect(await ownerOf(cookie)).toBe("ada");
    expect(events).toEqual([]);
  });

  it("can revoke one by its id", async () => {
    const { sessions, signIn, ownerOf, load } = setUpInStore({}, withoutIndex);
    const cookie = await signIn("ada");
    await sessions.revoke((await load(cookie)).id);
    expect(await ownerOf(cookie)).toBeUndefined();
  });

  it("that lets records go by itself has nothing to sweep", async () => {
    const { sessions, inner } = setUpInStore({}, withoutIndex);
    expect(await sessions.sweep()).toBe(0);
    expect(await setUp({ revocations: withoutIndex(inner) }).sessions.sweep()).toBe(0);
  });

  it("otherwise sweep tells how many records were removed", async () => {
    const { sessions, signIn, clock } = setUpInStore({ lifetime: { idle: 100 } });
    await signIn("ada");
    await signIn("bob");
    expect(await sessions.sweep()).toBe(0);
    clock.seconds += 100;
    expect(await sessions.sweep()).toBe(2);
  });
});

describe("revokeAll, with a store", () => {
  it("ends no session that is somebody else's by then, and counts those that it has ended", async () => {
    const handover: { now?: () => Promise<unknown> } = {};
    const { sessions, signIn, ownerOf, visit } = setUpInStore({}, (store) => {
      const list = async (owner: string) => {
        const records = (await store.operations.list?.(owner)) ?? [];
        await handover.now?.();
        return records;
      };
      return defineStore({ ...fiveOperations(store), list });
    });
    const [shared, own] = [await signIn("ada"), await signIn("ada")];
    let bob = "";
    handover.now = async () => {
      bob = cookieIn(await visit(shared, (session) => session.login("bob")));
    };
    expect(await sessions.revokeAll("ada")).toBe(1);
    expect([await ownerOf(own), await ownerOf(bob)]).toEqual([undefined, "bob"]);
  });

  it("ends one that gets a new token or is written meanwhile, too", async () => {
    const meanwhile: { act?: () => Promise<unknown> } = {};
    const { sessions, signIn, ownerOf, visit } = setUpInStore({}, (store) => {
      const list = async (owner: string) => {
        const records = (await store.operations.list?.(owner)) ?? [];
        await meanwhile.act?.();
        return records;
      };
      return defineStore({ ...fiveOperations(store), list });
    });
    const [first, second] = [await signIn("ada"), await signIn("ada")];
    let renewed = "";
    meanwhile.act = async () => {
      renewed = cookieIn(await visit(first, (session) => session.regenerate()));
      await visit(second, (session) => session.set("a", 1));
    };
    expect(await sessions.revokeAll("ada")).toBe(2);
    expect([await ownerOf(renewed), await ownerOf(second)]).toEqual([undefined, undefined]);
  });

  it("does not count, nor stumble over, one that has ended meanwhile", async () => {
    const meanwhile: { act?: () => Promise<unknown> } = {};
    const { sessions, signIn, visit } = setUpInStore({}, (store) => {
      const list = async (owner: string) => {
        const records = (await store.operations.list?.(owner)) ?? [];
        await meanwhile.act?.();
        return records;
      };
      return defineStore({ ...fiveOperations(store), list });
    });
    const [first] = [await signIn("ada"), await signIn("ada")];
    meanwhile.act = () => visit(first, (session) => session.destroy());
    expect(await sessions.revokeAll("ada")).toBe(1);
  });

  it("takes nobody for the owner whom only an index that lags behind says to be one", async () => {
    const { sessions, signIn, ownerOf, inner } = setUpInStore({}, (store) =>
      defineStore({
        ...fiveOperations(store),
        list: async () => [
          ...((await store.operations.list?.("ada")) ?? []),
          ...((await store.operations.list?.("bob")) ?? []),
        ],
      }),
    );
    const [ada, bob] = [await signIn("ada"), await signIn("bob")];
    expect(await inner.operations.list?.("bob")).toHaveLength(1);
    expect(await sessions.list("ada")).toHaveLength(1);
    expect(await sessions.revokeAll("ada")).toBe(1);
    expect([await ownerOf(ada), await ownerOf(bob)]).toEqual([undefined, "bob"]);
  });
});
