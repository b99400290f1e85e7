import { describe, expect, it } from "vitest";
import { SECRET, setUp } from "./helpers.ts";

const filled = (session: { set(key: string, value: unknown): unknown }) => session.set("a", 1);

describe("load", () => {
  it("gives a new and empty session to who brings no cookie", async () => {
    const { sessions, events } = setUp();
    const session = await sessions.load(new Request("http://localhost/"));
    expect([session.isNew, session.size, session.status, session.owner]).toEqual([true, 0, "unchanged", undefined]);
    expect(events).toEqual([]);
  });

  it("gives the session back to who brings its cookie", async () => {
    const { sessions, cookieOf } = setUp();
    const cookie = await cookieOf(filled);
    const session = await sessions.load({ headers: new Headers({ cookie }) });
    expect([session.isNew, session.get("a"), session.status]).toEqual([false, 1, "unchanged"]);
  });

  it("finds its cookie among others, wherever it stands", async () => {
    const { dataOf, cookieOf, events } = setUp();
    const cookie = await cookieOf(filled);
    for (const header of [
      `theme=dark; ${cookie}`,
      `${cookie}; theme=dark`,
      `a=1;${cookie};b=2`,
      ` \t ${cookie} \t ; b=2`,
      `=nameless; ;; ${cookie}; novalue`,
      `x__Host-session=1; __Host-sessionx=2; ${cookie}`,
    ]) {
      expect(await dataOf(header)).toEqual({ a: 1 });
    }
    expect(events).toEqual([]);
  });

  it("takes no other name for its own, not by case, not by white space", async () => {
    const { sessions, cookieOf, events } = setUp();
    const token = (await cookieOf(filled)).slice("__Host-session=".length);
    // A header is bytes: U+00A0 and U+0085 are the white space that a Unicode trim would drop.
    for (const name of [
      "__host-session",
      "\u00a0__Host-session",
      "\u0085__Host-session",
      "__Host-session ",
      "session",
    ]) {
      const session = await sessions.load({ headers: { get: () => `${name}=${token}` } });
      expect(session.isNew).toBe(true);
    }
    expect(events).toEqual([]);
  });

  it("tries several cookies of its name, and the first that verifies wins", async () => {
    const { dataOf, cookieOf, events } = setUp();
    const cookie = await cookieOf(filled);
    expect(await dataOf(`__Host-session=forged; ${cookie}`)).toEqual({ a: 1 });
    expect(events).toEqual([
      { type: "duplicate-cookie", count: 2 },
      { type: "token-rejected", reason: "malformed" },
    ]);
  });

  it("tries eight of them and no more", async () => {
    const { dataOf, cookieOf, events } = setUp();
    const cookie = await cookieOf(filled);
    const forged = "__Host-session=forged; ";
    expect(await dataOf(forged.repeat(7) + cookie)).toEqual({ a: 1 });
    expect(await dataOf(forged.repeat(8) + cookie)).toEqual({});
    events.length = 0;
    await dataOf(forged.repeat(100_000));
    expect(events).toHaveLength(9);
  });

  it("accepts the token of no other cookie name", async () => {
    const { dataOf, events } = setUp();
    const other = setUp({ cookie: { name: "__Host-other" } });
    const cookie = await other.cookieOf(filled);
    expect(await dataOf(cookie.replace("__Host-other", "__Host-session"))).toEqual({});
    expect(events).toEqual([{ type: "token-rejected", reason: "unknown-key" }]);
  });

  it("accepts the token of any of its secrets, and of no other", async () => {
    const cookie = await setUp({ secrets: SECRET }).cookieOf(filled);
    const others = ["another secret of sufficient length 1", "another secret of sufficient length 2"];
    expect(await setUp({ secrets: [...others, SECRET] }).dataOf(cookie)).toEqual({ a: 1 });
    expect(await setUp({ secrets: others }).dataOf(cookie)).toEqual({});
  });

  it("takes the same secret as text and as bytes", async () => {
    const cookie = await setUp({ secrets: SECRET }).cookieOf(filled);
    expect(await setUp({ secrets: new TextEncoder().encode(SECRET) }).dataOf(cookie)).toEqual({ a: 1 });
  });

  it("never adopts the id of a session that it does not accept", async () => {
    const { sessions, cookieOf, clock } = setUp({ lifetime: { idle: 60 } });
    let id = "";
    const cookie = await cookieOf((session) => {
      session.set("a", 1);
      id = session.id;
    });
    clock.seconds += 61;
    const session = await sessions.load(new Request("http://localhost/", { headers: { cookie } }));
    expect(session.id).not.toBe(id);
    expect(session.isNew).toBe(true);
  });

  it("can be asked by many at once from the start", async () => {
    const cookie = await setUp().cookieOf(filled);
    const { dataOf } = setUp();
    const all = await Promise.all(Array.from({ length: 32 }, () => dataOf(cookie)));
    expect(all).toEqual(Array(32).fill({ a: 1 }));
  });
});
