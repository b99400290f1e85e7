import { describe, expect, it } from "vitest";
import type { Session } from "../src/index.ts";
import { faulty } from "../src/testing.ts";
import { cookieIn } from "./helpers.ts";
import { setUpInStore } from "./in-store.ts";

const plusOne = (value: unknown) => Number(value ?? 0) + 1;

describe("update, with a store", () => {
  it("writes nothing else that the request has set, deleted or changed in place", async () => {
    const { cookieOf, load, dataOf, commit } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("n", 1).set("list", [1]).set("gone", 1));
    const session = await load(cookie);
    session.set("draft", true).delete("gone");
    (session.get("list") as number[]).push(2);
    await session.update("n", plusOne);
    expect(await dataOf(cookie)).toEqual({ n: 2, list: [1], gone: 1 });
    await commit(session);
    expect(await dataOf(cookie)).toEqual({ n: 2, list: [1, 2], draft: true });
  });

  it("is kept where the request fails afterwards, and nothing else of it", async () => {
    const { cookieOf, visit, dataOf } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("n", 1).set("list", [1]));
    const failing = visit(cookie, async (session) => {
      (session.get("list") as number[]).push(2);
      session.set("draft", true).flash("info", "Saved");
      await session.update("n", plusOne);
      throw new Error("from the handler");
    });
    await expect(failing).rejects.toThrow("from the handler");
    expect(await dataOf(cookie)).toEqual({ n: 2, list: [1] });
    await visit(cookie, (session) => expect(session.flashes()).toEqual([]));
  });

  it("writes nothing else on a record that another request has changed meanwhile", async () => {
    const { cookieOf, load, visit, dataOf, commit } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("n", 1).set("list", [1]));
    const session = await load(cookie);
    session.set("draft", true);
    (session.get("list") as number[]).push(2);
    await visit(cookie, (other) => other.set("n", 10).set("other", 1));
    await session.update("n", plusOne);
    expect(await dataOf(cookie)).toEqual({ n: 11, list: [1], other: 1 });
    await commit(session);
    expect(await dataOf(cookie)).toEqual({ n: 11, list: [1, 2], other: 1, draft: true });
  });

  it("gives its function a fresh value each time: one that is changed in place is not changed twice", async () => {
    const conflicts = { left: 3 };
    const { cookieOf, load, dataOf } = setUpInStore({}, (store) =>
      faulty(store, { conflict: () => conflicts.left-- > 0 }),
    );
    const cookie = await cookieOf((session) => session.set("list", [1]));
    const seen: string[] = [];
    const append = (value: unknown) => {
      const list = value as number[];
      seen.push(JSON.stringify(list));
      list.push(2);
      return list;
    };
    const session = await load(cookie);
    expect(await session.update("list", append)).toEqual([1, 2]);
    expect(seen).toEqual(["[1]", "[1]", "[1]", "[1]"]);
    expect(await dataOf(cookie)).toEqual({ list: [1, 2] });
  });

  it("gives a fresh value each time also where this request has set the key before", async () => {
    const conflicts = { left: 3 };
    const { cookieOf, load, dataOf } = setUpInStore({}, (store) =>
      faulty(store, { conflict: () => conflicts.left-- > 0 }),
    );
    const cookie = await cookieOf((session) => session.set("list", [1]));
    const session = await load(cookie);
    session.set("list", [7]);
    const append = (value: unknown) => [...(value as number[]).splice(0), 8];
    expect(await session.update("list", append)).toEqual([7, 8]);
    expect(await dataOf(cookie)).toEqual({ list: [7, 8] });
  });

  it("starts from what this request has set or changed in place under that key", async () => {
    const { cookieOf, load, dataOf } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("n", 1).set("list", [1]));
    const session = await load(cookie);
    session.set("n", 10);
    (session.get("list") as number[]).push(2);
    await session.update("n", plusOne);
    await session.update("list", (list) => [...(list as number[]), 3]);
    expect(await dataOf(cookie)).toEqual({ n: 11, list: [1, 2, 3] });
  });

  it("deletes the key where its function gives undefined, and begins one that is not there", async () => {
    const { cookieOf, load, commit, dataOf } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("n", 1).set("m", 1));
    const session = await load(cookie);
    expect(await session.update("n", () => undefined)).toBeUndefined();
    expect(await session.update("first", plusOne)).toBe(1);
    expect([...session.keys()].sort()).toEqual(["first", "m"]);
    expect(await dataOf(cookie)).toEqual({ m: 1, first: 1 });
    await commit(session);
    expect(await dataOf(cookie)).toEqual({ m: 1, first: 1 });
  });

  it("leaves a value that may be changed in place again, and is saved with the response", async () => {
    const { cookieOf, visit, dataOf } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("list", [1]));
    await visit(cookie, async (session) => {
      await session.update("list", (list) => [...(list as number[]), 2]);
      (session.get("list") as number[]).push(3);
    });
    expect(await dataOf(cookie)).toEqual({ list: [1, 2, 3] });
  });

  it("is not undone by the commit of its own request, where another has written since", async () => {
    const { cookieOf, load, visit, commit, dataOf } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("n", 1));
    const session = await load(cookie);
    await session.update("n", plusOne);
    await visit(cookie, (other) => other.update("n", plusOne));
    session.set("a", 1);
    await commit(session);
    expect(await dataOf(cookie)).toEqual({ n: 3, a: 1 });
  });

  it("does not bring back what another request has deleted", async () => {
    const { cookieOf, load, visit, dataOf } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("n", 1).set("a", 1));
    const session = await load(cookie);
    await visit(cookie, (other) => other.delete("a"));
    expect(await session.update("n", plusOne)).toBe(2);
    expect(await dataOf(cookie)).toEqual({ n: 2 });
  });

  it.each<[name: string, before: (session: Session) => unknown]>([
    ["regenerate", (session) => session.regenerate()],
    ["login", (session) => session.login("ada")],
    ["destroy", (session) => session.destroy()],
  ])("after %s writes nothing before the response does", async (_name, before) => {
    const { cookieOf, load, dataOf, commit } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("n", 1));
    const session = await load(cookie);
    before(session);
    const value = await session.update("n", plusOne);
    expect(await dataOf(cookie)).toEqual({ n: 1 });
    expect(await dataOf(cookieIn(await commit(session)))).toEqual({ n: value });
  });

  it("in a new session is saved with the response", async () => {
    const { cookieOf, dataOf } = setUpInStore();
    const cookie = await cookieOf(async (session) => {
      await session.update("n", plusOne);
      await session.update("n", plusOne);
    });
    expect(await dataOf(cookie)).toEqual({ n: 2 });
  });

  it("in a session that was ended meanwhile is dropped", async () => {
    const { cookieOf, load, visit, commit, dataOf } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("n", 1));
    const session = await load(cookie);
    await visit(cookie, (other) => other.destroy());
    expect(await session.update("n", plusOne)).toBe(2);
    expect((await commit(session)).headers.getSetCookie()).toEqual([]);
    expect(await dataOf(cookie)).toEqual({});
  });

  it("in a session that got a new token meanwhile is dropped", async () => {
    const { cookieOf, load, visit, commit, dataOf } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("n", 1));
    const session = await load(cookie);
    const renewed = cookieIn(await visit(cookie, (other) => other.regenerate()));
    expect(await session.update("n", plusOne)).toBe(2);
    expect((await commit(session)).headers.getSetCookie()).toEqual([]);
    expect(await dataOf(renewed)).toEqual({ n: 1 });
  });

  it("does not prolong the time for which a replaced token is known, nor cut it short", async () => {
    const { cookieOf, visit, load, clock } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("n", 1));
    const renewed = cookieIn(await visit(cookie, (session) => session.regenerate()));
    clock.seconds += 9;
    await visit(renewed, (session) => session.update("n", plusOne));
    expect((await load(cookie)).ended).toBe("superseded");
    clock.seconds += 1;
    await visit(renewed, (session) => session.update("n", plusOne));
    expect((await load(cookie)).ended).toBe("revoked");
  });

  it("with a schema refuses what that would not accept, and leaves the record as it was", async () => {
    const schema = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: (value: unknown) =>
          Number((value as { n?: number }).n) < 3
            ? { value: value as Record<string, unknown> }
            : { issues: [{ message: "too many" }] },
      },
    };
    const { cookieOf, load, dataOf } = setUpInStore({ schema });
    const cookie = await cookieOf((session) => session.set("n", 1));
    const session = await load(cookie);
    expect(await session.update("n", plusOne)).toBe(2);
    await expect(session.update("n", plusOne)).rejects.toMatchObject({ code: "ERR_INVALID_DATA" });
    expect(session.get("n")).toBe(2);
    expect(await dataOf(cookie)).toEqual({ n: 2 });
  });
});
