import { describe, expect, it, vi } from "vitest";
import { encrypted } from "../src/encrypted.ts";
import { createSessions, memoryStore, type SessionOptions } from "../src/index.ts";
import { OLD_SECRET, SECRET, setUp, touch } from "./helpers.ts";
import { instantHmac } from "./instant-hmac.ts";

const wrong = { code: "ERR_INVALID_OPTION" };

describe("a function given as secrets", () => {
  it("is not called before the first request, and only once", async () => {
    const secrets = vi.fn(async () => [SECRET, OLD_SECRET]);
    const { visit, cookieOf, dataOf } = setUp({ secrets });
    expect(secrets).not.toHaveBeenCalled();
    await visit(undefined, touch);
    const cookie = await cookieOf((session) => session.set("a", 1));
    expect(await dataOf(cookie)).toEqual({ a: 1 });
    expect(await setUp().dataOf(cookie)).toEqual({ a: 1 });
    expect(await dataOf(await setUp({ secrets: OLD_SECRET }).cookieOf((session) => session.set("b", 2)))).toEqual({
      b: 2,
    });
    expect(secrets).toHaveBeenCalledTimes(1);
  });

  it.each<[name: string, options: Partial<SessionOptions>]>([
    ["encrypted()", { codec: encrypted() }],
    ["a store and a copy in the cookie", { store: memoryStore(), cacheFor: 60 }],
    ["a former name of the cookie", { cookie: { name: "session", former: [{ name: "__Host-session" }] } }],
  ])("serves every codec: %s", async (_name, options) => {
    const secrets = vi.fn(() => SECRET);
    const { visit, dataOf } = setUp({ ...options, secrets });
    const lines = (await visit(undefined, (session) => session.set("a", 1))).headers.getSetCookie();
    const cookies = lines.map((line) => line.split(";")[0]);
    expect(cookies).toHaveLength(options.cacheFor ? 2 : 1);
    expect(await dataOf(cookies.join("; "))).toEqual({ a: 1 });
    if (options.cookie)
      expect(await dataOf(await setUp().cookieOf((session) => session.set("b", 2)))).toEqual({ b: 2 });
    expect(secrets).toHaveBeenCalledTimes(1);
  });

  it("gives the same keys as the secrets themselves", async () => {
    expect(await setUp({ secrets: () => SECRET }).sessions.jwks()).toEqual(await setUp().sessions.jwks());
  });

  it("leaves commitHeaders synchronous after the first request", async () => {
    const { sessions, cookieOf } = setUp({ hmac: instantHmac, secrets: async () => SECRET });
    const cookie = await cookieOf((session) => session.set("a", 1));
    const session = await sessions.load({ headers: new Headers({ cookie }) });
    session.set("a", 2);
    const headers = new Headers();
    expect(sessions.commitHeaders(session, headers)).toBeUndefined();
    expect(headers.getSetCookie()).toHaveLength(1);
  });
});

describe("a function that gives no usable secret", () => {
  const failure = new Error("the vault is sealed");
  const failed = {
    ...wrong,
    cause: failure,
    message:
      "The function given as secrets failed, see the cause. " +
      "It must return a secret of at least 32 bytes, or a list. The next request calls it again.",
  };
  const cases: [name: string, secrets: () => never, error: object][] = [
    ["throws", () => fail(failure), failed],
    ["rejects", () => Promise.reject(failure) as never, failed],
    [
      "gives undefined",
      () => undefined as never,
      { ...wrong, message: expect.stringMatching(/^secrets\[0\].*undefined.*openssl/) },
    ],
    [
      "gives a short one",
      () => "short" as never,
      { ...wrong, message: expect.stringMatching(/^secrets\[0\].*has 5\..*openssl/) },
    ],
    [
      "gives it late",
      () => Promise.resolve(["short"]) as never,
      { ...wrong, message: expect.stringMatching(/^secrets\[0\].*has 5/) },
    ],
  ];
  it.each(cases)(
    "rejects the request, even without a cookie, and the next one asks again: it %s",
    async (_n, bad, error) => {
      const secrets = vi.fn<() => string>(() => SECRET).mockImplementationOnce(bad);
      const sessions = createSessions({ secrets });
      const handler = vi.fn(() => new Response("ok"));
      await expect(sessions.handle(new Request("http://localhost/"), handler)).rejects.toMatchObject(error);
      expect(handler).not.toHaveBeenCalled();
      expect((await sessions.handle(new Request("http://localhost/"), handler)).status).toBe(200);
      expect(secrets).toHaveBeenCalledTimes(2);
    },
  );

  it("rejects jwks, too", async () => {
    const sessions = createSessions({ secrets: () => fail(failure) });
    await expect(sessions.jwks()).rejects.toMatchObject(failed);
  });
});

function fail(error: Error): never {
  throw error;
}
