import { describe, expect, it } from "vitest";
import { chunk, memoryStore } from "../src/index.ts";
import { cookieIn, SECRET, START, setUp } from "./helpers.ts";

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

  it("tries several cookies of its name, and takes one that verifies", async () => {
    const { dataOf, cookieOf, events } = setUp();
    const cookie = await cookieOf(filled);
    expect(await dataOf(`__Host-session=forged; ${cookie}`)).toEqual({ a: 1 });
    expect(events).toEqual([
      { type: "duplicate-cookie", count: 2 },
      { type: "token-rejected", reason: "malformed" },
    ]);
  });

  it("of several that verify takes the newest, in whatever order they come", async () => {
    const { cookieOf, dataOf, visit, clock } = setUp();
    const oldest = await cookieOf((session) => session.set("n", 1));
    clock.seconds += 1;
    const older = cookieIn(await visit(oldest, (session) => session.set("n", 2)));
    clock.seconds += 1;
    const newest = cookieIn(await visit(older, (session) => session.set("n", 3)));
    for (const cookies of [
      [oldest, older, newest],
      [newest, older, oldest],
      [older, newest, oldest],
      [oldest, newest, older],
    ]) {
      expect(await dataOf(cookies.join("; "))).toEqual({ n: 3 });
    }
  });

  it("of several of one second takes the latest generation, and then the one that was sent last", async () => {
    const { cookieOf, dataOf, visit } = setUp();
    const first = await cookieOf((session) => session.set("n", 1));
    const renewed = cookieIn(await visit(first, (session) => session.set("n", 2).regenerate()));
    for (const cookies of [`${first}; ${renewed}`, `${renewed}; ${first}`])
      expect(await dataOf(cookies)).toEqual({ n: 2 });
    const other = await cookieOf((session) => session.set("n", "other"));
    expect(await dataOf(`${first}; ${other}`)).toEqual({ n: "other" });
    expect(await dataOf(`${other}; ${first}`)).toEqual({ n: 1 });
  });

  it("goes on to an older one where the newest has expired", async () => {
    const { cookieOf, dataOf, clock, visit } = setUp({ lifetime: { idle: 100, persistent: { idle: 1000 } } });
    const kept = await cookieOf((session) => {
      session.set("n", "kept");
      session.persistent = true;
    });
    clock.seconds += 50;
    const newer = await cookieOf((session) => session.set("n", "newer"));
    expect(await dataOf(`${kept}; ${newer}`)).toEqual({ n: "newer" });
    clock.seconds += 100;
    expect(await dataOf(`${kept}; ${newer}`)).toEqual({ n: "kept" });
    await visit(newer, (session) => expect(session.ended).toBe("expired"));
  });

  it("tells a cookie that does not verify from none at all", async () => {
    const { visit } = setUp();
    await visit("__Host-session=forged", (session) =>
      expect([session.ended, session.isNew]).toEqual(["rejected", true]),
    );
    await visit("other=cookie", (session) => expect([session.ended, session.isNew]).toEqual([undefined, true]));
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

  describe.each([
    ["data in the token", {}],
    ["a store", { store: memoryStore({ now: () => START * 1000 }) }],
    ["revocations", { revocations: memoryStore({ now: () => START * 1000 }) }],
  ])("of several sessions, with %s", (_mode, options) => {
    const write = (value: number) => (session: { set(key: string, value: unknown): unknown }) =>
      session.set("a", value);
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];

    it.each(orders)("reads the newest, sent in the order %i %i %i", async (...order) => {
      const { clock, cookieOf, dataOf, events } = setUp(options);
      const cookies: string[] = [];
      for (const value of [0, 1, 2]) {
        cookies.push(await cookieOf(write(value)));
        clock.seconds += 1;
      }
      expect(await dataOf(order.map((index) => cookies[index]).join("; "))).toEqual({ a: 2 });
      expect(events).toEqual([{ type: "duplicate-cookie", count: 3 }]);
    });

    it.each([[false], [true]])(
      "reads the higher generation of two that are as old, the first sent: %s",
      async (first) => {
        const { cookieOf, visit, sessions } = setUp(options);
        const before = await cookieOf(write(1));
        const after = cookieIn(await visit(before, (session) => session.login("ada")));
        const cookie = (first ? [after, before] : [before, after]).join("; ");
        expect((await sessions.load({ headers: new Headers({ cookie }) })).owner).toBe("ada");
      },
    );

    it("reads the one that was sent last of two that are as old, in no other way different", async () => {
      const { cookieOf, dataOf } = setUp(options);
      const [one, two] = [await cookieOf(write(1)), await cookieOf(write(2))];
      expect(await dataOf(`${one}; ${two}`)).toEqual({ a: 2 });
      expect(await dataOf(`${two}; ${one}`)).toEqual({ a: 1 });
    });

    it("is not harmed by forged ones among them, wherever they stand", async () => {
      const { clock, cookieOf, visit, dataOf } = setUp(options);
      const old = await cookieOf(write(1));
      clock.seconds += 1;
      const cookie = await cookieOf(write(2));
      const forged = [
        `${cookie.slice(0, -4)}AAAA`,
        "__Host-session=e30.e30.e30",
        "__Host-session=",
        '__Host-session="',
      ];
      for (const each of forged) {
        for (const header of [
          [each, old, cookie],
          [old, each, cookie],
          [cookie, old, each],
        ]) {
          expect(await dataOf(header.join("; "))).toEqual({ a: 2 });
        }
      }
      const response = await visit([...forged, old, cookie].join("; "), (session) => session.login("ada"));
      expect(await dataOf([...forged, old, cookieIn(response)].join("; "))).toEqual({ a: 2 });
    });
  });

  it("reads an older session where the newest has expired", async () => {
    const { sessions, clock, cookieOf, dataOf } = setUp({ lifetime: { idle: 60, persistent: { idle: 600 } } });
    const older = await cookieOf((session) => {
      session.set("a", 1);
      session.persistent = true;
    });
    clock.seconds += 1;
    const newest = await cookieOf((session) => session.set("a", 2));
    expect(await dataOf(`${older}; ${newest}`)).toEqual({ a: 2 });
    clock.seconds += 60;
    expect(await dataOf(`${older}; ${newest}`)).toEqual({ a: 1 });
    expect((await sessions.load({ headers: new Headers({ cookie: newest }) })).ended).toBe("expired");
  });

  it("counts cookies of former names among the eight", async () => {
    const former = setUp({ cookie: { name: "__Host-old" } });
    const { dataOf, events } = setUp({ cookie: { former: [{ name: "__Host-old" }] } });
    const cookie = await former.cookieOf(filled);
    const forged = "__Host-session=forged; ";
    expect(await dataOf(forged.repeat(7) + cookie)).toEqual({ a: 1 });
    expect(events[0]).toEqual({ type: "duplicate-cookie", count: 8 });
    expect(await dataOf(forged.repeat(8) + cookie)).toEqual({});
  });

  describe.each([
    ["one cookie", {}, 1],
    ["several", { overflow: chunk }, 5000],
  ])("a token in %s", (_kind, options, length) => {
    /** As some clients send each cookie: RFC 2109 had it so. */
    const quote = (cookies: string) => cookies.replace(/=([^;]*)/g, '="$1"; $Path="/"');

    it("is read in quotes, with the attributes of RFC 2109 beside it", async () => {
      const { visit, dataOf } = setUp(options);
      const lines = (await visit(undefined, (session) => session.set("a", "x".repeat(length)))).headers.getSetCookie();
      const cookies = lines.map((line) => line.split(";")[0]).join("; ");
      expect(await dataOf(`$Version=1; ${quote(cookies)}; $Domain=localhost`)).toEqual({ a: "x".repeat(length) });
    });

    it.each(['"', '""', '"""', '"x', 'x"', "", " ", '" "', "2~", '"2~"', '"3~x"', "~", "."])(
      "is absent where the value is %j",
      async (value) => {
        const { dataOf, visit } = setUp(options);
        expect(await dataOf(`$Version=1; __Host-session=${value}; $Path="/"`)).toEqual({});
        const response = await visit(`__Host-session=${value}`, (session) => session.set("a", 1));
        expect(await dataOf(cookieIn(response))).toEqual({ a: 1 });
      },
    );
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
