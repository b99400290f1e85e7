import { describe, expect, it } from "vitest";
import { chunk, memoryStore, type SessionOptions, type SessionStore } from "../src/index.ts";
import { faulty } from "../src/testing.ts";
import { claimsOf, cookieIn, START, setUp, touch } from "./helpers.ts";

const request = (cookie?: string) => new Request("http://localhost/", cookie ? { headers: { cookie } } : {});

/** Every place where a session can live, under one clock. */
const modes: [mode: string, options: (store: () => SessionStore) => Partial<SessionOptions>][] = [
  ["in the token", () => ({})],
  ["in chunks", () => ({ overflow: chunk })],
  ["in the token, with revocations", (store) => ({ revocations: store() })],
  ["in a store", (store) => ({ store: store() })],
  ["in a store, with cacheFor", (store) => ({ store: store(), cacheFor: 60 })],
  ["in overflow", (store) => ({ store: store(), overflow: "store" })],
  ["in overflow, with revocations", (store) => ({ store: store(), revocations: store(), overflow: "store" })],
];

/** `audit` is emptied before every step. */
function setUpMode(options: (store: () => SessionStore) => Partial<SessionOptions>, data: string) {
  const time = { now: () => START * 1000 };
  const test = setUp(options(() => memoryStore({ now: () => time.now() })));
  time.now = () => test.clock.seconds * 1000;
  const step = async (cookie: string | undefined, handler: Parameters<typeof test.visit>[1]) => {
    test.audit.length = 0;
    return test.visit(cookie, handler);
  };
  const fill: Parameters<typeof test.visit>[1] = (session) => void session.set("data", data);
  return { ...test, step, fill };
}

/** The session's own cookie: `cacheFor` adds another. */
const sessionCookie = (response: Response) =>
  response.headers
    .getSetCookie()
    .filter((line) => !line.startsWith("__Host-session-copy"))
    .map((line) => line.slice(0, line.indexOf(";")))
    .reverse()
    .join("; ");

describe.each(["small", "x".repeat(3500)])("the audit log of a session with data like %.10s", (data) => {
  describe.each(modes)("%s", (mode, options) => {
    const tooLarge = data.length > 2900 && ["in the token", "in the token, with revocations"].includes(mode);
    it.skipIf(tooLarge)("tells of login, regenerate and destroy, each once it is saved", async () => {
      const { step, fill, audit } = setUpMode(options, data);
      const anonymous = sessionCookie(await step(undefined, fill));
      expect(audit).toEqual([]);
      await step(anonymous, touch);
      expect(audit).toEqual([]);

      let id = "";
      const ada = await step(anonymous, (session) => {
        session.login("ada");
        id = session.id;
      });
      expect(audit).toEqual([{ type: "logged-in", id, owner: "ada" }]);
      const same = await step(sessionCookie(ada), (session) => session.login("ada"));
      expect(audit).toEqual([{ type: "regenerated", id, owner: "ada" }]);
      const renewed = await step(sessionCookie(same), (session) => session.regenerate());
      expect(audit).toEqual([{ type: "regenerated", id, owner: "ada" }]);

      const cookie = sessionCookie(renewed);
      await step(cookie, (session) => session.destroy());
      expect(audit).toEqual([{ type: "ended", id, owner: "ada", by: "destroyed" }]);
    });

    it.skipIf(tooLarge)("tells that a session was emptied, and that one ended as another began", async () => {
      const { step, fill, audit } = setUpMode(options, data);
      const first = sessionCookie(await step(undefined, fill));
      let id = "";
      await step(first, (session) => {
        id = session.id;
        session.clear();
      });
      expect(audit).toEqual([{ type: "ended", id, owner: undefined, by: "emptied" }]);

      const second = sessionCookie(
        await step(undefined, (session) => {
          session.login("ada");
          fill(session);
        }),
      );
      const ids = { ada: "", bob: "" };
      await step(second, (session) => {
        ids.ada = session.id;
        session.destroy();
        session.login("bob");
        ids.bob = session.id;
      });
      expect(audit).toEqual([
        { type: "ended", id: ids.ada, owner: "ada", by: "destroyed" },
        { type: "logged-in", id: ids.bob, owner: "bob" },
      ]);
    });

    it.skipIf(tooLarge)("tells of a session that a request brings too late", async () => {
      const { step, fill, audit, clock } = setUpMode(options, data);
      let id = "";
      const cookie = sessionCookie(
        await step(undefined, (session) => {
          fill(session);
          id = session.id;
        }),
      );
      clock.seconds += 2_592_001;
      await step(cookie, touch);
      expect(audit).toEqual([{ type: "ended", id, owner: undefined, by: "expired" }]);
    });
  });
});

describe("the audit log", () => {
  it.each([
    ["store", () => ({ store: memoryStore() })],
    ["overflow", () => ({ store: memoryStore(), revocations: memoryStore(), overflow: "store" as const })],
    ["revocations", () => ({ revocations: memoryStore() })],
  ])("tells of a session that was revoked by its id: %s", async (_mode, options) => {
    const { sessions, cookieOf, audit } = setUp(options());
    const id = String(claimsOf(await cookieOf((session) => session.login("ada"))).sid);
    audit.length = 0;
    await sessions.revoke(id);
    expect(audit).toEqual([{ type: "ended", id, owner: undefined, by: "revoked" }]);
  });

  it("tells of each session that revokeAll has ended in a store, and of none that it spared", async () => {
    const { sessions, cookieOf, audit } = setUp({ store: memoryStore() });
    const ids = [];
    for (let i = 0; i < 3; i++) ids.push(String(claimsOf(await cookieOf((session) => session.login("ada"))).sid));
    audit.length = 0;
    await sessions.revokeAll("ada", { except: String(ids[2]) });
    const [one, two] = ids.map((id) => ({ type: "ended", id, owner: "ada", by: "revoked" }));
    expect(audit).toHaveLength(2);
    expect(audit).toEqual(expect.arrayContaining([one, two]));
  });

  it("tells of the owner whose sessions in tokens have ended", async () => {
    const { sessions, cookieOf, audit } = setUp({ revocations: memoryStore() });
    await cookieOf((session) => session.login("ada"));
    audit.length = 0;
    await sessions.revokeAll("ada");
    expect(audit).toEqual([{ type: "ended", id: undefined, owner: "ada", by: "revoked" }]);
  });

  it("tells of the session that a sign-in beyond the limit has ended", async () => {
    const sessionsPerOwner = { max: 1, beyond: "end-oldest" as const };
    const store = memoryStore({ now: () => START * 1000 });
    const { cookieOf, audit } = setUp({ store, sessionsPerOwner });
    const [one, two] = [
      await cookieOf((session) => session.login("ada")),
      await cookieOf((session) => session.login("ada")),
    ].map((cookie) => String(claimsOf(cookie).sid));
    expect(audit).toEqual([
      { type: "logged-in", id: one, owner: "ada" },
      { type: "ended", id: one, owner: "ada", by: "revoked" },
      { type: "logged-in", id: two, owner: "ada" },
    ]);
  });

  it("says nothing of what failed, of what was lost, and of what nobody can know", async () => {
    const failure = { now: false };
    const store = faulty(memoryStore(), {
      failure: (operation) => (failure.now && operation !== "read" ? "before" : undefined),
    });
    const { sessions, visit, cookieOf, audit } = setUp({ store });
    const cookie = await cookieOf((session) => session.login("ada"));
    audit.length = 0;
    failure.now = true;
    for (const act of ["destroy", "regenerate"] as const) {
      await expect(visit(cookie, (session) => session[act]())).rejects.toMatchObject({ code: "ERR_STORE" });
    }
    await expect(visit(cookie, (session) => session.login("bob"))).rejects.toMatchObject({ code: "ERR_STORE" });
    failure.now = false;
    const slow = await sessions.load(request(cookie));
    const next = cookieIn(await visit(cookie, (session) => session.regenerate()));
    audit.length = 0;
    slow.regenerate();
    await sessions.commit(slow, new Response("ok"));
    await visit(undefined, (session) => session.destroy());
    await visit("__Host-session=nonsense", (session) => session.destroy());
    expect(audit).toEqual([]);
    await visit(next, (session) => expect(session.owner).toBe("ada"));
  });

  it("never holds a token or data", async () => {
    const { visit, audit, events, cookieOf } = setUp({ store: memoryStore() });
    const cookie = await cookieOf((session) => {
      session.set("secret", "hunter2");
      session.login("ada");
    });
    await visit(cookie, (session) => session.destroy());
    const text = JSON.stringify([audit, events]);
    expect(text).not.toContain("hunter2");
    expect(text).not.toContain(cookie.split("=")[1]);
  });
});
