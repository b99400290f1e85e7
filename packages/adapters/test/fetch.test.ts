import { createSessions, type Session } from "@websession/core";
import { describe, expect, expectTypeOf, it } from "vitest";
import { withSession } from "../src/fetch.ts";

interface Data {
  visits: number;
}

interface Env {
  SECRET: string;
}

const SECRET = "a secret for tests that is long enough";
const sessions = createSessions<Data>({ secrets: SECRET });

function count(session: Session<Data>): Response {
  session.set("visits", (session.get("visits") ?? 0) + 1);
  return new Response(`${session.get("visits")}`);
}

const request = (cookie?: string) =>
  new Request("https://example.com/", cookie === undefined ? {} : { headers: { cookie } });
const cookieOf = (response: Response): string => String(response.headers.getSetCookie()[0]).split(";")[0] ?? "";

describe("withSession", () => {
  it("keeps a session over two requests", async () => {
    const handler = withSession(sessions, (_request, session) => count(session));
    const first = await handler(request());
    const second = await handler(request(cookieOf(first)));
    expect([await first.text(), await second.text()]).toEqual(["1", "2"]);
  });

  it("hands the rest of the runtime's arguments on, as they came and with their types", async () => {
    const info = { remoteAddr: { hostname: "127.0.0.1" } };
    const handler = withSession(sessions, (request, session, given: typeof info) => {
      expectTypeOf(session).toEqualTypeOf<Session<Data>>();
      expectTypeOf(request).toEqualTypeOf<Request>();
      expect(given).toBe(info);
      return new Response("ok");
    });
    expectTypeOf(handler).parameters.toEqualTypeOf<[Request, typeof info]>();
    expect((await handler(request(), info)).status).toBe(200);
  });

  it("makes the sessions of an environment once, not per request", async () => {
    const made: string[] = [];
    const source = (env: Env) => {
      made.push(env.SECRET);
      return createSessions<Data>({ secrets: env.SECRET });
    };
    const worker = { fetch: withSession(source, (_request, session, _env: Env) => count(session)) };
    const env = { SECRET };
    const first = await worker.fetch(request(), env);
    const second = await worker.fetch(request(cookieOf(first)), env);
    expect([await second.text(), made]).toEqual(["2", [SECRET]]);
    const other = { SECRET: `another ${SECRET}` };
    expect(await (await worker.fetch(request(cookieOf(first)), other)).text()).toBe("1");
    expect(made).toEqual([SECRET, other.SECRET]);
  });

  it("says what is wrong where a factory gets no environment", async () => {
    const handler = withSession(
      () => sessions,
      (_request, session) => count(session),
    );
    const withoutEnv = handler as (request: Request) => Promise<Response>;
    await expect(withoutEnv(request())).rejects.toThrow(/needs an environment object.*give the sessions themselves/);
  });

  it("rejects with the configuration's error, request by request", async () => {
    const source = (env: Env) => createSessions<Data>({ secrets: env.SECRET });
    const handler = withSession(source, (_request, session, _env: Env) => count(session));
    const env = {} as Env;
    for (let i = 0; i < 2; i++) await expect(handler(request(), env)).rejects.toThrow(/environment variable set/);
  });

  it("commits a Response that the handler throws, and throws it on", async () => {
    const signOut = withSession(sessions, (_request, session) => {
      session.destroy();
      throw Response.redirect("https://example.com/bye", 303);
    });
    const first = await withSession(sessions, (_request, session) => count(session))(request());
    const thrown = await signOut(request(cookieOf(first))).then(
      () => expect.unreachable("did not throw"),
      (error: unknown) => (error instanceof Response ? error : expect.unreachable(`threw ${error}`)),
    );
    expect([thrown.status, thrown.headers.get("location")]).toEqual([303, "https://example.com/bye"]);
    expect(cookieOf(thrown)).toBe("__Host-session=");
  });

  it("lets the handler's error go on and commits nothing", async () => {
    const failure = new Error("from the handler");
    const handler = withSession(sessions, async (_request, session) => {
      count(session);
      throw failure;
    });
    await expect(handler(request())).rejects.toBe(failure);
  });
});
