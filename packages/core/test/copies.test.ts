import { describe, expect, it } from "vitest";
import type { Session, SessionOptions } from "../src/index.ts";
import { faulty } from "../src/testing.ts";
import { setUpInStore } from "./in-store.ts";
import { Jar } from "./jar.ts";

const COPY = "__Host-session-copy";

/** A browser's jar, and a store that counts its calls. */
function setUpCopies(options: Partial<SessionOptions> = {}) {
  const calls: string[] = [];
  const test = setUpInStore({ cacheFor: 60, ...options }, (store) =>
    faulty(store, {
      failure: (operation) => {
        calls.push(operation);
        return undefined;
      },
    }),
  );
  const jar = new Jar();
  const browse = async (handler: (session: Session) => unknown, from = jar) => {
    const response = await test.visit(from.header, handler);
    from.take(response);
    return response.headers.getSetCookie();
  };
  const cookies = (from = jar) =>
    new Map(
      String(from.header)
        .split("; ")
        .map((pair) => pair.split(/=(.*)/s) as [string, string]),
    );
  return { ...test, calls, jar, browse, cookies };
}

describe("cacheFor", () => {
  it("sends no copy again while the one that the client has still counts", async () => {
    const { browse, clock, calls } = setUpCopies();
    await browse((session) => session.set("a", 1));
    calls.length = 0;
    clock.seconds += 59;
    expect(await browse((session) => expect(session.get("a")).toBe(1))).toEqual([]);
    expect(calls).toEqual([]);
  });

  it("takes the newest of several copies, in whatever order they come, and none that is forged", async () => {
    const { browse, cookies, visit, calls, clock } = setUpCopies();
    await browse((session) => session.set("a", 1));
    const older = cookies().get(COPY);
    clock.seconds += 1;
    await browse((session) => session.set("a", 2));
    const newer = cookies().get(COPY);
    const token = cookies().get("__Host-session");
    calls.length = 0;
    for (const copies of [
      [older, newer],
      [newer, older],
      ["forged", newer, `${older}x`],
    ]) {
      const header = [`__Host-session=${token}`, ...copies.map((copy) => `${COPY}=${copy}`)].join("; ");
      await visit(header, (session) => expect(session.get("a")).toBe(2));
    }
    expect(calls).toEqual([]);
  });

  it("asks the store where the client's copy is forged or of somebody else's session", async () => {
    const { browse, cookies, visit, calls } = setUpCopies();
    const other = new Jar();
    await browse((session) => session.set("a", 1));
    await browse((session) => session.set("a", "other"), other);
    const token = cookies().get("__Host-session");
    for (const copy of ["forged", token, cookies(other).get(COPY)]) {
      calls.length = 0;
      await visit(`__Host-session=${token}; ${COPY}=${copy}`, (session) => expect(session.get("a")).toBe(1));
      expect(calls).toEqual(["read"]);
    }
  });

  it("ends with the session: a copy that is young enough shows no session that has expired", async () => {
    const { browse, clock, calls } = setUpCopies({ lifetime: { idle: 30, refresh: 29 } });
    await browse((session) => session.set("a", 1));
    calls.length = 0;
    clock.seconds += 30;
    await browse((session) => expect([session.size, session.ended]).toEqual([0, "expired"]));
    expect(calls).toEqual(["read"]);
  });

  it("keeps a session alive that is read within the window: once a refresh is due, the store is asked", async () => {
    const { browse, clock, calls, jar, dataOf } = setUpCopies({ lifetime: { idle: 100, refresh: 20 } });
    await browse((session) => session.set("a", 1));
    calls.length = 0;
    clock.seconds += 50;
    await browse((session) => expect(session.get("a")).toBe(1));
    expect(calls).toEqual(["read", "touch"]);
    await browse((session) => expect(session.get("a")).toBe(1));
    expect(calls).toEqual(["read", "touch"]);
    clock.seconds += 99;
    expect(await dataOf(String(jar.header))).toEqual({ a: 1 });
  });

  it("goes by the times that the last write has given the session", async () => {
    const { browse, clock, calls } = setUpCopies({ cacheFor: 90, lifetime: { idle: 100, refresh: 99 } });
    await browse((session) => session.set("a", 1));
    clock.seconds += 60;
    await browse((session) => session.set("a", 2));
    calls.length = 0;
    clock.seconds += 60;
    await browse((session) => {
      expect([session.get("a"), session.expiresAt.getTime() / 1000 - clock.seconds]).toEqual([2, 40]);
    });
    expect(calls).toEqual([]);
  });

  it("sends a copy with the second in which it ends", async () => {
    const { browse, clock } = setUpCopies();
    const [, copy] = await browse((session) => session.set("a", 1));
    expect(copy).toMatch(
      new RegExp(`^${COPY}=.*; Max-Age=60; Expires=${new Date((clock.seconds + 60) * 1000).toUTCString()};`),
    );
  });

  it("clears the cookies that the client has, and no other", async () => {
    for (const names of [["__Host-session"], ["__Host-session", COPY]]) {
      const { browse, cookies } = setUpCopies();
      await browse((session) => session.set("a", 1));
      const jar = new Jar(names.map((name) => [name, String(cookies().get(name))]));
      const lines = await browse((session) => session.destroy(), jar);
      expect(lines.map((line) => line.split("=;")[0])).toEqual(names);
    }
  });

  it("gives a copy to who has none, and none to who only visits", async () => {
    const { browse, cookies, calls } = setUpCopies();
    await browse((session) => session.set("a", 1));
    const bare = new Jar([["__Host-session", String(cookies().get("__Host-session"))]]);
    expect((await browse((session) => session.get("a"), bare)).map((line) => line.split("=")[0])).toEqual([COPY]);
    calls.length = 0;
    await browse((session) => expect(session.get("a")).toBe(1), bare);
    expect(calls).toEqual([]);
    expect(await browse((session) => session.get("a"), new Jar())).toEqual([]);
    expect(await browse((session) => session.get("a"), new Jar([["__Host-session", "forged"]]))).toEqual([]);
  });

  it("gives none of a session that was ended or got a new token meanwhile", async () => {
    const { browse, cookies, load, commit, sessions, visit } = setUpCopies();
    await browse((session) => session.set("a", 1));
    const token = `__Host-session=${cookies().get("__Host-session")}`;
    await visit(token, (session) => session.regenerate());
    const late = await load(token);
    expect([late.get("a"), late.ended]).toEqual([1, "superseded"]);
    expect((await commit(late)).headers.getSetCookie()).toEqual([]);
    await sessions.revoke(String(late.id));
    const gone = await load(token);
    expect(gone.size).toBe(0);
    expect((await commit(gone)).headers.getSetCookie()).toEqual([]);
  });

  it("goes on from a copy with what only the record knows, when a new token replaces the former", async () => {
    const { browse, cookies, visit, calls } = setUpCopies();
    await browse((session) => session.set("cart", [1]));
    const before = `__Host-session=${cookies().get("__Host-session")}`;
    calls.length = 0;
    await browse((session) => session.set("cart", [1, 2]).regenerate());
    // The former data goes into the record, which a copy does not have for sure: it is read first.
    expect(calls).toEqual(["read", "update"]);
    await visit(before, (session) => expect([session.ended, session.get("cart")]).toEqual(["superseded", [1]]));
    await browse((session) => expect(session.get("cart")).toEqual([1, 2]));
  });
});
