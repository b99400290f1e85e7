import { describe, expect, it } from "vitest";
import { memoryStore } from "../src/index.ts";
import { claimsOf, cookieIn, START, setUp, touch } from "./helpers.ts";

const filled = (session: { set(key: string, value: unknown): unknown }) => session.set("a", 1);

describe("lifetime", () => {
  it("ends a session after the idle time, though the client keeps the cookie", async () => {
    const { dataOf, cookieOf, clock, events } = setUp({ lifetime: { idle: 60 } });
    const cookie = await cookieOf(filled);
    clock.seconds = START + 59;
    expect(await dataOf(cookie)).toEqual({ a: 1 });
    clock.seconds = START + 60;
    expect(await dataOf(cookie)).toEqual({});
    expect(events).toEqual([{ type: "token-rejected", reason: "expired" }]);
  });

  it("ends a session at its absolute time, however busy it is", async () => {
    const { visit, cookieOf, clock } = setUp({ lifetime: { idle: 60, absolute: 3600 } });
    let cookie = await cookieOf(filled);
    for (let elapsed = 30; elapsed < 3600; elapsed += 30) {
      clock.seconds = START + elapsed;
      const response = await visit(cookie, (session) => session.set("a", elapsed));
      cookie = cookieIn(response);
    }
    expect(claimsOf(cookie)).toMatchObject({ start: START, exp: START + 3600 });
    clock.seconds = START + 3600;
    await visit(cookie, (session) => expect([session.isNew, session.ended]).toEqual([true, "expired"]));
  });

  it("issues an unmodified session anew once a tenth of the idle time has passed, not before", async () => {
    const { visit, cookieOf, clock } = setUp({ lifetime: { idle: 1000 } });
    const cookie = await cookieOf(filled);
    clock.seconds = START + 99;
    expect((await visit(cookie, touch)).headers.getSetCookie()).toEqual([]);
    clock.seconds = START + 100;
    const response = await visit(cookie, touch);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    expect(claimsOf(cookieIn(response))).toEqual({
      ...claimsOf(cookie),
      iat: START + 100,
      exp: START + 1100,
      start: START,
    });
  });

  it("does not issue a session anew where that would not make it live longer", async () => {
    const { visit, cookieOf, clock } = setUp({ lifetime: { idle: 1000, absolute: 1000 } });
    const cookie = await cookieOf(filled);
    clock.seconds = START + 500;
    expect((await visit(cookie, touch)).headers.getSetCookie()).toEqual([]);
  });

  it("never cuts an active user short of nine tenths of the idle time", async () => {
    const { visit, cookieOf, clock } = setUp({ lifetime: { idle: 1000, absolute: 1_000_000 } });
    let cookie = await cookieOf(filled);
    for (let i = 0; i < 50; i++) {
      clock.seconds += 900;
      const response = await visit(cookie, (session) => expect(session.get("a")).toBe(1));
      if (response.headers.getSetCookie().length > 0) cookie = cookieIn(response);
    }
  });

  it("applies a shorter lifetime of today to sessions of yesterday", async () => {
    const cookie = await setUp().cookieOf(filled);
    const { dataOf, clock } = setUp({ lifetime: { idle: 60 } });
    clock.seconds += 61;
    expect(await dataOf(cookie)).toEqual({});
  });

  it("tells when a session started and when it ends", async () => {
    const { visit, cookieOf, clock } = setUp({ lifetime: { idle: 100, absolute: 150 } });
    const at = (seconds: number) => new Date((START + seconds) * 1000);
    const cookie = await cookieOf((session) => {
      expect([session.createdAt, session.expiresAt]).toEqual([at(0), at(100)]);
      session.set("a", 1);
    });
    clock.seconds += 90;
    const renewed = await visit(cookie, (session) => {
      expect([session.createdAt, session.expiresAt]).toEqual([at(0), at(100)]);
    });
    await visit(cookieIn(renewed), (session) => {
      expect([session.createdAt, session.expiresAt]).toEqual([at(0), at(150)]);
    });
  });

  it("accepts a token of a clock that is a minute ahead, and of none further", async () => {
    const { dataOf, cookieOf, clock, events } = setUp();
    const cookie = await cookieOf(filled);
    clock.seconds = START - 60;
    expect(await dataOf(cookie)).toEqual({ a: 1 });
    clock.seconds = START - 61;
    expect(await dataOf(cookie)).toEqual({});
    expect(events).toEqual([{ type: "token-rejected", reason: "issued-in-future" }]);
  });
});

describe("lifetime.persistent", () => {
  const lifetime = { idle: 100, absolute: 1000, persistent: { idle: 5000, absolute: 50_000 } };

  it("gives sessions that survive the browser's end timeouts of their own", async () => {
    const { visit, cookieOf, dataOf, clock } = setUp({ lifetime });
    const ordinary = await cookieOf(filled);
    const remembered = cookieIn(
      await visit(undefined, (session) => void session.set("a", 1).login("ada", { persistent: true })),
    );
    clock.seconds += 100;
    expect([await dataOf(ordinary), await dataOf(remembered)]).toEqual([{}, { a: 1 }]);
    clock.seconds += 4899;
    expect(await dataOf(remembered)).toEqual({ a: 1 });
    clock.seconds += 1;
    expect(await dataOf(remembered)).toEqual({});
  });

  it("counts from when the session becomes one of them, and no longer", async () => {
    const { visit, cookieOf, clock } = setUp({ lifetime });
    const cookie = await cookieOf(filled);
    const remembered = cookieIn(await visit(cookie, (session) => Object.assign(session, { persistent: true })));
    const forgotten = cookieIn(await visit(remembered, (session) => Object.assign(session, { persistent: false })));
    clock.seconds += 100;
    await visit(remembered, (session) => expect(session.isNew).toBe(false));
    await visit(forgotten, (session) => expect(session.ended).toBe("expired"));
  });

  it("holds for sessions in a store, by the clock of the record", async () => {
    const now = { seconds: START };
    const store = memoryStore({ now: () => now.seconds * 1000 });
    const { visit, clock } = setUp({ lifetime, store });
    const cookie = cookieIn(await visit(undefined, (session) => session.login("ada", { persistent: true })));
    clock.seconds = now.seconds = START + 4999;
    await visit(cookie, (session) => expect(session.owner).toBe("ada"));
    clock.seconds = now.seconds = START + 4999 + 5000;
    await visit(cookie, (session) => expect([session.owner, session.ended]).toEqual([undefined, "expired"]));
  });

  it.each([[{ idle: 0 }], [{ absolute: 1.5 }], [{ idle: "60" as never }]])("refuses %j", (persistent) => {
    expect(() => setUp({ lifetime: { persistent } })).toThrow(/^lifetime\.persistent must be whole seconds/);
  });
});

describe("persistent", () => {
  const maxAge = (response: Response) => /; Max-Age=(\d+)/.exec(response.headers.getSetCookie()[0] ?? "")?.[1];

  it("is off: the cookie ends with the browser", async () => {
    const { visit } = setUp();
    const response = await visit(undefined, filled);
    expect(response.headers.getSetCookie()[0]).not.toMatch(/Max-Age|Expires/);
  });

  it("by option gives every new session a Max-Age of its remaining life", async () => {
    const { visit, clock } = setUp({ persistent: true, lifetime: { idle: 100, absolute: 150, refresh: 50 } });
    const first = await visit(undefined, filled);
    expect(maxAge(first)).toBe("100");
    clock.seconds += 60;
    expect(maxAge(await visit(cookieIn(first), touch))).toBe("90");
  });

  it("set on one session stays with it, through changes and re-issues", async () => {
    const { visit, clock } = setUp();
    const first = await visit(undefined, (session) => {
      session.set("a", 1);
      session.persistent = true;
    });
    expect(maxAge(first)).toBe("1209600");
    const second = await visit(cookieIn(first), (session) => {
      expect(session.persistent).toBe(true);
      session.set("a", 2);
    });
    expect(maxAge(second)).toBe("1209600");
    clock.seconds += 200_000;
    expect(maxAge(await visit(cookieIn(second), touch))).toBe("1209600");
  });

  it("can be taken back", async () => {
    const { visit } = setUp({ persistent: true });
    const first = await visit(undefined, filled);
    const second = await visit(cookieIn(first), (session) => {
      session.persistent = false;
    });
    expect(maxAge(second)).toBeUndefined();
    await visit(cookieIn(second), (session) => expect(session.persistent).toBe(false));
  });

  it("set to what it was changes nothing", async () => {
    const { visit, cookieOf } = setUp();
    const cookie = await cookieOf(filled);
    const response = await visit(cookie, (session) => {
      session.persistent = false;
    });
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it("asks for 400 days at most", async () => {
    const year = 365 * 86_400;
    const { visit } = setUp({ persistent: true, lifetime: { idle: 2 * year, absolute: 3 * year } });
    expect(maxAge(await visit(undefined, filled))).toBe("34560000");
  });

  it("has timeouts of its own, where they are given", async () => {
    const lifetime = { idle: 100, absolute: 200, persistent: { idle: 1000, absolute: 2000 } };
    const { cookieOf, visit, dataOf, clock } = setUp({ lifetime });
    const ordinary = await cookieOf(filled);
    const persistent = await cookieOf((session) => {
      session.set("a", 1);
      session.persistent = true;
    });
    expect([claimsOf(ordinary).exp, claimsOf(persistent).exp]).toEqual([START + 100, START + 1000]);
    clock.seconds = START + 100;
    expect([await dataOf(ordinary), await dataOf(persistent)]).toEqual([{}, { a: 1 }]);
    clock.seconds = START + 999;
    const late = cookieIn(await visit(persistent, touch));
    clock.seconds = START + 1998;
    expect(claimsOf(late).exp).toBe(START + 1999);
    const later = cookieIn(await visit(late, touch));
    clock.seconds = START + 2000;
    expect(await dataOf(later)).toEqual({});
  });

  it("has the timeouts of all, where none of its own are given, or only one", async () => {
    for (const [persistent, exp] of [
      [{}, 100],
      [{ absolute: 50 }, 50],
      [{ idle: 150, absolute: 500 }, 150],
      [{ idle: 150 }, 150],
    ] as const) {
      const { cookieOf } = setUp({ persistent: true, lifetime: { idle: 100, absolute: 200, persistent } });
      expect(Number(claimsOf(await cookieOf(filled)).exp) - START).toBe(exp);
    }
  });

  it.each([[1], ["yes"], [null], [undefined]])("can't be %j", async (value) => {
    const { sessions } = setUp();
    const session = await sessions.load({ headers: new Headers() });
    expect(() => Object.assign(session, { persistent: value })).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_ARGUMENT",
        message: `persistent must be true or false, but is ${value === null ? "null" : typeof value}.`,
      }),
    );
    expect(session.persistent).toBe(false);
  });
});
