import { describe, expect, it } from "vitest";
import type { SessionOptions } from "../src/index.ts";
import { setUp, touch } from "./helpers.ts";
import { setUpInStore } from "./in-store.ts";
import { instantHmac } from "./instant-hmac.ts";

const schema = {
  "~standard": {
    version: 1 as const,
    vendor: "test",
    validate: (value: unknown) => ({ value: value as Record<string, unknown> }),
  },
};

describe("with an HMAC that answers at once, commitHeaders", () => {
  it.each<[name: string, options: Partial<SessionOptions>]>([
    ["nothing else", {}],
    ["a schema that does, too", { schema }],
  ])("has nothing to wait for in a read, a write, a login and a logout: %s", async (_name, options) => {
    const { sessions, cookieOf, dataOf } = setUp({ hmac: instantHmac, ...options });
    const cookie = await cookieOf((session) => session.set("a", 1));
    for (const act of ["read", "write", "login", "logout"]) {
      const session = await sessions.load({ headers: new Headers({ cookie }) });
      if (act === "read") touch(session);
      if (act === "write") session.set("a", 2);
      if (act === "login") session.login("ada");
      if (act === "logout") session.destroy();
      const headers = new Headers();
      expect(sessions.commitHeaders(session, headers), act).toBeUndefined();
      expect(headers.getSetCookie(), act).toHaveLength(act === "read" ? 0 : 1);
      if (act === "write") expect(await dataOf(String(headers.getSetCookie()[0]?.split(";")[0]))).toEqual({ a: 2 });
    }
  });

  it("throws an error at once, too", async () => {
    const { sessions } = setUp({ hmac: instantHmac });
    await sessions.commit((await sessions.load({ headers: new Headers() })).set("a", 1), new Response("ok"));
    const session = await sessions.load({ headers: new Headers() });
    session.set("a", "x".repeat(5000));
    expect(() => sessions.commitHeaders(session, new Headers())).toThrow(
      expect.objectContaining({
        code: "ERR_TOKEN_TOO_LARGE",
        message: expect.stringMatching(/^The session cookie has \d{4} bytes, name included, and may have 4096\. /),
      }),
    );
  });
});

describe("with a store, commitHeaders", () => {
  it("has nothing to wait for where the session was only read", async () => {
    const { sessions, cookieOf, load } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("a", 1));
    for (const each of [cookie, undefined, "__Host-session=forged"]) {
      const session = await load(each);
      touch(session);
      const headers = new Headers();
      expect(sessions.commitHeaders(session, headers)).toBeUndefined();
      expect([headers.get("vary"), headers.getSetCookie()]).toEqual(["Cookie", []]);
    }
  });

  it("has nothing to wait for where the session was only read, or written too late, with revocations", async () => {
    const { sessions, cookieOf, visit } = setUp({ revocations: setUpInStore().inner });
    const cookie = await cookieOf((session) => session.set("a", 1));
    const session = await sessions.load({ headers: new Headers({ cookie }) });
    touch(session);
    expect(sessions.commitHeaders(session, new Headers())).toBeUndefined();
    await visit(cookie, (other) => other.regenerate());
    const late = await sessions.load({ headers: new Headers({ cookie }) });
    late.set("a", 2);
    expect([late.ended, sessions.commitHeaders(late, new Headers())]).toEqual(["superseded", undefined]);
  });

  it("is a promise where something is written, even a touch", async () => {
    const { sessions, cookieOf, load, clock } = setUpInStore({ lifetime: { idle: 1000 } });
    const cookie = await cookieOf((session) => session.set("a", 1));
    const writer = await load(cookie);
    writer.set("a", 2);
    clock.seconds += 100;
    const reader = await load(cookie);
    touch(reader);
    const committing = [writer, reader].map((session) => sessions.commitHeaders(session, new Headers()));
    for (const each of committing) expect(each).toBeInstanceOf(Promise);
    await Promise.all(committing);
  });
});
