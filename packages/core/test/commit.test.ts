import { describe, expect, it } from "vitest";
import type { SessionOptions } from "../src/index.ts";
import { cookieIn, isCleared, OLD_SECRET, SECRET, START, setUp, touch } from "./helpers.ts";

const policy = (response: Response) => ({
  setCookie: response.headers.getSetCookie().length,
  vary: response.headers.get("vary"),
  cacheControl: response.headers.get("cache-control"),
});

describe("commit", () => {
  it.each<[string, seconds: number, secrets: string[]]>([
    ["valid", 0, [SECRET]],
    ["due for a refresh", 200_000, [SECRET]],
    ["of an old secret", 0, [OLD_SECRET, SECRET]],
    ["expired", 2_000_000, [SECRET]],
  ])("leaves the response as it is where nobody accessed a session that is %s", async (_state, seconds, secrets) => {
    const before = setUp();
    const cookie = await before.cookieOf((session) => session.set("a", 1));
    const { visit, clock } = setUp({ secrets });
    clock.seconds += seconds;
    expect([...(await visit(cookie, () => new Response(null))).headers]).toEqual([]);
    expect((await visit(cookie, touch)).headers.get("vary")).toBe("Cookie");
  });

  it("leaves the response of an untouched session as it is, cookie or not", async () => {
    const { sessions, cookieOf, clock } = setUp();
    const cookie = await cookieOf((session) => session.set("a", 1));
    clock.seconds += 1_000_000;
    for (const headers of [{}, { cookie }, { cookie: "__Host-session=forged" }]) {
      const response = new Response("ok");
      const before = [...response.headers];
      expect(await sessions.handle(new Request("http://localhost/", { headers }), () => response)).toBe(response);
      expect([...response.headers]).toEqual(before);
    }
  });

  it("sends no cookie for a read, but keeps shared caches from it", async () => {
    const { visit, cookieOf } = setUp();
    const cookie = await cookieOf((session) => session.set("a", 1));
    expect(policy(await visit(cookie))).toEqual({ setCookie: 0, vary: "Cookie", cacheControl: "private" });
    expect(policy(await visit(undefined))).toEqual({ setCookie: 0, vary: "Cookie", cacheControl: "private" });
  });

  const accesses: [name: string, access: Parameters<ReturnType<typeof setUp>["visit"]>[1]][] = [
    ["has", (session) => session.has("a")],
    ["get", (session) => session.get("a")],
    ["size", (session) => session.size],
    ["keys", (session) => session.keys()],
    ["iteration", (session) => [...session]],
    ["values", (session) => [...session.values()]],
    ["flashes", (session) => session.flashes()],
    ["isNew", (session) => session.isNew],
    ["id", (session) => session.id],
    ["owner", (session) => session.owner],
    ["createdAt", (session) => session.createdAt],
    ["expiresAt", (session) => session.expiresAt],
    ["persistent", (session) => session.persistent],
    ["delete of a missing key", (session) => session.delete("missing")],
  ];
  it.each(accesses)("counts %s as an access", async (_name, access) => {
    const { visit } = setUp();
    expect(policy(await visit(undefined, access))).toEqual({ setCookie: 0, vary: "Cookie", cacheControl: "private" });
  });

  it("does not count asking for the status as an access", async () => {
    const { visit } = setUp();
    expect(policy(await visit(undefined, (session) => session.status)).vary).toBeNull();
  });

  it("sends the cookie of a modified session, with all that keeps it out of caches", async () => {
    const { visit, dataOf } = setUp();
    const response = await visit(undefined, (session) => session.set("a", 1));
    expect(policy(response)).toEqual({ setCookie: 1, vary: "Cookie", cacheControl: "private, no-store" });
    expect(response.headers.getSetCookie()[0]).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(await dataOf(cookieIn(response))).toEqual({ a: 1 });
  });

  it("sends nothing for a new session that is written and emptied again", async () => {
    const { visit } = setUp();
    const response = await visit(undefined, (session) => {
      session.set("a", 1);
      session.flash("info", "hello");
      session.delete("a");
      session.flashes();
    });
    expect(policy(response)).toEqual({ setCookie: 0, vary: "Cookie", cacheControl: "private" });
  });

  it("sends nothing for a value that is set to what it was", async () => {
    const { visit, cookieOf } = setUp();
    const cookie = await cookieOf((session) => session.set("a", { b: [1, 2] }));
    expect(policy(await visit(cookie, (session) => session.set("a", { b: [1, 2] }))).setCookie).toBe(0);
  });

  describe.each<[string, Partial<SessionOptions>]>([
    ["the option", { persistent: true }],
    ["the session", {}],
  ])("persistent by %s", (_by, options) => {
    const year = 31_536_000;
    const linesOf = async (absolute: number) => {
      const { visit } = setUp({ ...options, lifetime: { idle: absolute, absolute } });
      const response = await visit(undefined, (session) => {
        session.set("a", 1);
        if (!options.persistent) session.persistent = true;
      });
      return response.headers.getSetCookie();
    };

    it.each([
      [1, 1],
      [3600, 3600],
      [year, year],
      [2 * year, 34_560_000],
    ])("a cookie of %i seconds has Max-Age and Expires, which say the same", async (absolute, maxAge) => {
      const [line = "", ...more] = await linesOf(absolute);
      expect(more).toEqual([]);
      const expires = new Date((START + maxAge) * 1000).toUTCString();
      expect(line).toContain(`; Max-Age=${maxAge}; Expires=${expires}; Path=/`);
    });
  });

  it("sends a cookie that is not persistent without Max-Age and Expires", async () => {
    for (const persistent of [undefined, false]) {
      const { visit } = setUp({ ...(persistent !== undefined && { persistent }) });
      const response = await visit(undefined, (session) => session.login("ada"));
      expect(response.headers.getSetCookie().join()).not.toMatch(/max-age|expires/i);
    }
  });

  it("says no more of the lifetime once a session is persistent no more", async () => {
    const { visit, cookieOf } = setUp({ persistent: true });
    const cookie = await cookieOf((session) => session.set("a", 1));
    const response = await visit(cookie, (session) => {
      session.persistent = false;
    });
    expect(response.headers.getSetCookie().join()).not.toMatch(/max-age|expires/i);
  });

  it("clears the cookie of a session that is emptied", async () => {
    const { visit, cookieOf } = setUp();
    const cookie = await cookieOf((session) => session.set("a", 1));
    const response = await visit(cookie, (session) => session.clear());
    expect(isCleared(response)).toBe(true);
    expect(policy(response).cacheControl).toBe("private, no-store");
  });

  it("clears with the attributes that the cookie was set with, and an Expires in the past", async () => {
    const { visit, cookieOf } = setUp({ cookie: { name: "s", path: "/app", sameSite: "none", partitioned: true } });
    const cookie = await cookieOf((session) => session.set("a", 1));
    const response = await visit(cookie, (session) => session.destroy());
    expect(response.headers.getSetCookie()).toEqual([
      "s=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/app; HttpOnly; Secure; SameSite=None; Partitioned",
    ]);
  });

  it("with a domain, clears the host-only twin too", async () => {
    const { visit, cookieOf } = setUp({ cookie: { name: "s", domain: "example.com" } });
    const cookie = await cookieOf((session) => session.set("a", 1));
    const lines = (await visit(cookie, (session) => session.destroy())).headers.getSetCookie();
    expect(lines.map((line) => line.includes("Domain=example.com"))).toEqual([true, false]);
    expect(lines.every((line) => line.startsWith("s=; Max-Age=0;"))).toBe(true);
  });

  it("clears the cookie of a destroyed session, and sends nothing where there was none", async () => {
    const { visit, cookieOf } = setUp();
    const cookie = await cookieOf((session) => session.set("a", 1));
    expect(isCleared(await visit(cookie, (session) => session.destroy()))).toBe(true);
    expect(policy(await visit(undefined, (session) => session.destroy())).setCookie).toBe(0);
  });

  it("leaves an expired cookie alone: a late answer could take away the cookie of a login", async () => {
    const { visit, cookieOf, clock } = setUp({ lifetime: { idle: 60 } });
    const cookie = await cookieOf((session) => session.set("a", 1));
    clock.seconds += 60;
    expect(policy(await visit(cookie, touch))).toEqual({ setCookie: 0, vary: "Cookie", cacheControl: "private" });
    expect(isCleared(await visit(cookie, (session) => session.destroy()))).toBe(true);
    expect(isCleared(await visit(cookie, (session) => session.set("a", 2)))).toBe(false);
  });

  it("leaves a rejected cookie alone, until there is something to keep", async () => {
    const { visit, dataOf } = setUp();
    const forged = "__Host-session=forged";
    expect(policy(await visit(forged, touch)).setCookie).toBe(0);
    const response = await visit(forged, (session) => session.set("a", 1));
    expect(await dataOf(cookieIn(response))).toEqual({ a: 1 });
  });

  it("signs a session of an old secret anew, once accessed", async () => {
    const old = setUp({ secrets: OLD_SECRET });
    const { visit, dataOf } = setUp({ secrets: [SECRET, OLD_SECRET] });
    const cookie = await old.cookieOf((session) => session.set("a", 1));
    expect(policy(await visit(cookie, () => undefined)).setCookie).toBe(0);
    const renewed = await visit(cookie, touch);
    expect(policy(renewed)).toEqual({ setCookie: 1, vary: "Cookie", cacheControl: "private, no-store" });
    expect(await dataOf(cookieIn(renewed))).toEqual({ a: 1 });
    expect(policy(await visit(cookieIn(renewed), touch)).setCookie).toBe(0);
    expect(await setUp({ secrets: SECRET }).dataOf(cookieIn(renewed))).toEqual({ a: 1 });
  });

  it("changes nothing when the handler throws", async () => {
    const { visit, events } = setUp();
    const failure = new Error("from the handler");
    const failing = visit(undefined, (session) => {
      session.set("a", 1);
      throw failure;
    });
    await expect(failing).rejects.toBe(failure);
    expect(events).toEqual([]);
  });

  it("adds to Vary what is missing, once, and leaves * alone", async () => {
    const { visit } = setUp();
    const varied = async (vary: string) => {
      const response = await visit(undefined, (session) => {
        touch(session);
        return new Response("", { headers: { vary } });
      });
      return response.headers.get("vary");
    };
    expect(await varied("Accept-Encoding")).toBe("Accept-Encoding, Cookie");
    expect(await varied("accept, COOKIE")).toBe("accept, COOKIE");
    expect(await varied("*")).toBe("*");
  });

  const caching: [given: string, sent: string, events: number][] = [
    ["public, max-age=3600", "private, no-store", 1],
    ["max-age=60, s-maxage=600", "private, no-store", 1],
    ["PUBLIC", "private, no-store", 1],
    ["max-age=60", "private, no-store", 0],
    ["private, max-age=60", "private, no-store", 0],
    ["no-store", "no-store", 0],
    ["no-cache, no-store, must-revalidate", "no-cache, no-store, must-revalidate", 0],
    ["public, no-store", "private, no-store", 1],
    ["x-publicity=1", "private, no-store", 0],
  ];
  it.each(caching)("sends a cookie with Cache-Control %s as %s", async (given, sent, count) => {
    const { visit, events } = setUp();
    const response = await visit(undefined, (session) => {
      session.set("a", 1);
      return new Response("", { headers: { "cache-control": given } });
    });
    expect(response.headers.get("cache-control")).toBe(sent);
    expect(events).toEqual(count === 0 ? [] : [{ type: "cacheable-response", cacheControl: given }]);
  });

  it("leaves the Cache-Control of a read to the application", async () => {
    const { visit, events } = setUp();
    const headers = { "cache-control": "public, max-age=60" };
    const response = await visit(undefined, (session) => {
      touch(session);
      return new Response("", { headers });
    });
    expect(response.headers.get("cache-control")).toBe("public, max-age=60");
    expect(events).toEqual([]);
  });

  it("replaces its own Set-Cookie line and no other, however often it is called", async () => {
    const { sessions, dataOf } = setUp();
    const session = await sessions.load(new Request("http://localhost/"));
    session.set("a", 1);
    const others = ["theme=dark; Path=/", "__Host-session2=x; Path=/", "last=1"];
    const response = new Response("", { headers: others.map((line) => ["set-cookie", line]) });
    const once = (await sessions.commit(session, response)).headers.getSetCookie();
    const twice = (await sessions.commit(session, response)).headers.getSetCookie();
    expect(once.slice(0, 3)).toEqual(others);
    expect(once).toHaveLength(4);
    expect(twice).toEqual(once);
    expect(await dataOf(String(once[3]?.split(";")[0]))).toEqual({ a: 1 });
  });

  it("keeps the lines by which the application clears a former cookie in another scope", async () => {
    const url = "https://app.example.com/app/page";
    const { sessions } = setUp({ cookie: { name: "sid", domain: "example.com" } });
    const own = [
      "sid=; Max-Age=0; Path=/",
      "sid=; Max-Age=0; Path=/app; Domain=example.com",
      "sid=; Max-Age=0; Path=/; Domain=example.com; Secure; Partitioned",
      "sid=; Max-Age=0; Path=/; Domain=app.example.com",
      "SID=; Max-Age=0; Path=/; Domain=example.com",
      "sid=; Max-Age=0; Domain=example.com",
      "sid",
    ];
    const replaced = [
      "sid=earlier; Path=/; Domain=example.com",
      "sid=earlier; domain=.Example.com; PATH = /; HttpOnly",
      "sid = earlier; Path=/app; Path=/; Domain=; Domain=example.com",
    ];
    const session = await sessions.load(new Request(url));
    session.set("a", 1);
    const response = new Response("", { headers: [...replaced, ...own].map((line) => ["set-cookie", line]) });
    const once = (await sessions.commit(session, response)).headers.getSetCookie();
    expect(once.slice(0, -1)).toEqual(own);
    expect((await sessions.commit(session, response)).headers.getSetCookie()).toEqual(once);
  });

  it("puts the same on two responses, say when an error page takes the place of the first", async () => {
    const { sessions } = setUp();
    const session = await sessions.load(new Request("http://localhost/"));
    session.set("a", 1);
    const first = await sessions.commit(session, new Response("page"));
    const second = await sessions.commit(session, new Response("error", { status: 500 }));
    expect(second.headers.getSetCookie()).toEqual(first.headers.getSetCookie());
  });

  it("seals the session: a later write throws instead of being lost", async () => {
    const { sessions } = setUp();
    const session = await sessions.load(new Request("http://localhost/"));
    session.set("a", 1);
    await sessions.commit(session, new Response("ok"));
    const error = expect.objectContaining({ name: "SessionError", code: "ERR_SESSION_COMMITTED" });
    for (const write of [
      () => session.set("a", 2),
      () => session.delete("a"),
      () => session.pop("a"),
      () => session.clear(),
      () => session.flash("info", "late"),
      () => session.login("ada"),
      () => session.regenerate(),
      () => session.destroy(),
      () => {
        session.persistent = true;
      },
    ]) {
      expect(write).toThrow(error);
    }
    await expect(session.update("a", () => 2)).rejects.toEqual(error);
    expect(session.get("a")).toBe(1);
  });

  it("tells with each event which request it was", async () => {
    const seen: unknown[] = [];
    const { sessions } = setUp({ onEvent: (event, request) => seen.push([event.type, request]) });
    const request = new Request("http://example.com/", { headers: { cookie: "__Host-session=x; __Host-session=y" } });
    await sessions.handle(request, (session) => {
      session.set("a", 1);
      return new Response("", { headers: { "cache-control": "public" } });
    });
    const types = ["duplicate-cookie", "token-rejected", "token-rejected", "insecure-request", "cacheable-response"];
    expect(seen).toEqual(types.map((type) => [type, request]));
  });

  it("tells when a Secure cookie is set over plain http to another host, where the browser drops it", async () => {
    const { visit, events } = setUp();
    const write = (session: { set(key: string, value: unknown): unknown }) => session.set("a", START);
    for (const url of [
      "https://example.com/",
      "http://localhost:3000/",
      "http://app.localhost/",
      "http://127.0.0.1/",
    ]) {
      await visit(undefined, write, url);
    }
    expect(events).toEqual([]);
    for (const url of ["http://example.com/", "http://localhost.example.com/", "http://127.evil.example/"]) {
      await visit(undefined, write, url);
    }
    expect(events).toEqual(Array(3).fill({ type: "insecure-request" }));
  });

  it("sends a cookie of 4096 bytes, name and value, and none that is larger", async () => {
    const sent: number[] = [];
    const refused: number[] = [];
    // Not every length can be one of base64url: of three names one has it.
    for (const name of ["s", "se", "ses"]) {
      const { visit } = setUp({ cookie: { name } });
      for (let length = 2850; length <= 2950; length++) {
        const visiting = visit(undefined, (session) => session.set("a", "x".repeat(length)));
        const response = await visiting.catch(({ message }) =>
          refused.push(Number(/has (\d+) bytes/.exec(message)?.[1])),
        );
        if (response instanceof Response) sent.push(cookieIn(response).replace("=", "").length);
      }
    }
    expect([Math.max(...sent), Math.min(...refused)]).toEqual([4096, 4097]);
  });
});
