import { createSessions, memoryStore, type Session, type SessionEvent, type Sessions } from "@websession/core";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { describe, expect, expectTypeOf, it } from "vitest";
import { withSession } from "../src/fetch.ts";
import { type SessionEnv, session } from "../src/hono.ts";

interface Data {
  visits: number;
}

interface AdminData {
  rights: string[];
}

const SECRET = "a secret for tests that is long enough";
const admins = createSessions<AdminData>({ secrets: SECRET, cookie: { name: "__Host-admin" } });

/** Sessions in a store, and what happened to them. */
function visitorsWithEvents() {
  const events: SessionEvent["type"][] = [];
  const sessions = createSessions<Data>({
    secrets: SECRET,
    store: memoryStore(),
    onEvent: ({ type }) => events.push(type),
  });
  return { sessions, events };
}

const namesIn = (response: Response) => response.headers.getSetCookie().map((line) => line.split("=")[0]);
const cookiesIn = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");

type Mount = (sessions: Sessions<Data>, routes: Hono<SessionEnv<Data>>) => { fetch: (request: Request) => unknown };

/** Ways to mount the middleware of the same sessions twice. */
const mounts: [name: string, mount: Mount][] = [
  ["use twice", (sessions, routes) => new Hono().use(session(sessions)).use(session(sessions)).route("/", routes)],
  [
    "in the app and in a sub-app",
    (sessions, routes) =>
      new Hono()
        .use(session(sessions))
        .route("/", new Hono<SessionEnv<Data>>().use(session(sessions)).route("/", routes)),
  ],
  [
    "in the app and on its base path",
    (sessions, routes) => {
      const app = new Hono<SessionEnv<Data>>().use(session(sessions));
      app.basePath("/sub").use(session(sessions));
      return app.route("/", routes);
    },
  ],
  [
    "around middleware that makes a new Request",
    (sessions, routes) =>
      new Hono()
        .use(session(sessions), bodyLimit({ maxSize: 100 }))
        .use(session(sessions))
        .route("/", routes),
  ],
  [
    "in withSession and in the app",
    (sessions, routes) => {
      const app = new Hono().use(session(sessions)).route("/", routes);
      return { fetch: withSession(sessions, (request) => app.fetch(request)) };
    },
  ],
  [
    "in withSession inside withSession",
    (sessions, routes) => {
      const app = new Hono().use(session(sessions)).route("/", routes);
      const inner = withSession(sessions, (request) => app.fetch(request));
      return { fetch: withSession(sessions, (request) => inner(request)) };
    },
  ],
];

describe.each(mounts)("mounted twice, %s", (_, mount) => {
  const signIn = new Hono<SessionEnv<Data>>();
  signIn.post("/sub/login", (c) => {
    c.var.session.login("ada");
    c.var.session.set("visits", 1);
    return c.redirect("/");
  });

  it("has one session and one commit", async () => {
    const { sessions, events } = visitorsWithEvents();
    const app = mount(sessions, signIn);
    const request = new Request("https://example.com/sub/login", { method: "POST", body: "ada" });
    const response = (await app.fetch(request)) as Response;
    expect([response.status, namesIn(response), events]).toEqual([302, ["__Host-session"], ["logged-in"]]);
    const session = await sessions.load({ headers: new Headers({ cookie: cookiesIn(response) }) });
    expect([session.owner, session.get("visits")]).toEqual(["ada", 1]);
  });
});

it("makes the sessions of an environment once for two middlewares that get the same function", async () => {
  let made = 0;
  const source = (env: { SECRET: string }) => {
    made++;
    return createSessions<Data>({ secrets: env.SECRET });
  };
  const app = new Hono().use(session(source)).get("/", session(source), (c) => {
    c.var.session.set("visits", 1);
    return c.body(null);
  });
  const response = await app.request("/", {}, { SECRET });
  expect([made, namesIn(response)]).toEqual([1, ["__Host-session"]]);
  const inner = withSession(source, (_request, session, _env: { SECRET: string }) => {
    session.set("visits", 2);
    return new Response();
  });
  const outer = withSession(source, (request, _session, env: { SECRET: string }) => inner(request, env));
  expect(namesIn(await outer(new Request("https://example.com/"), { SECRET }))).toEqual(["__Host-session"]);
  expect(made).toBe(2);
});

it("gives sessions.handle inside a route the session of the middleware", async () => {
  const { sessions, events } = visitorsWithEvents();
  const app = new Hono().use(session(sessions)).get("/", (c) =>
    sessions.handle(c.req.raw, (inner) => {
      expect(inner).toBe(c.var.session);
      inner.login("ada");
      throw Response.redirect("https://example.com/");
    }),
  );
  const thrown: unknown = await Promise.resolve(app.request("/")).catch((error: unknown) => error);
  expect([namesIn(thrown as Response), events]).toEqual([["__Host-session"], ["logged-in"]]);
});

describe("two sessions side by side", () => {
  const visitors = createSessions<Data>({ secrets: SECRET });

  it("each have a name in Hono, and a cookie", async () => {
    const app = new Hono()
      .use(session(visitors))
      .use(session(admins, { name: "admin" }))
      .get("/", (c) => {
        c.var.session.set("visits", (c.var.session.get("visits") ?? 0) + 1);
        c.var.admin.set("rights", [...(c.var.admin.get("rights") ?? []), "all"]);
        return c.json([c.var.session.get("visits"), c.var.admin.get("rights")]);
      });
    const first = await app.request("/");
    expect(namesIn(first).sort()).toEqual(["__Host-admin", "__Host-session"]);
    const second = await app.request("/", { headers: { cookie: cookiesIn(first) } });
    expect(await second.json()).toEqual([2, ["all", "all"]]);
  });

  it("nest in withSession", async () => {
    const fetch = withSession(visitors, (request, visitor) => {
      visitor.set("visits", 1);
      return withSession(admins, (_request, admin) => {
        admin.set("rights", ["all"]);
        return new Response();
      })(request);
    });
    expect(namesIn(await fetch(new Request("https://example.com/"))).sort()).toEqual([
      "__Host-admin",
      "__Host-session",
    ]);
  });

  it("under one name are an error with the cure", async () => {
    const app = new Hono();
    app.onError((error, c) => c.text(error.message, 500));
    app.use(session(visitors)).use(session(admins));
    const text = await (await app.request("/")).text();
    expect(text).toContain('session(admins, { name: "admin" }) gives c.var.admin');
  });

  it.each([[""], [5], [null]])("need a name that is a string: %j", (name) => {
    expect(() => session(admins, { name: name as string })).toThrow(
      /^name must be a string that is not empty, but is /,
    );
  });
});

describe("the types of Hono", () => {
  const visitors = createSessions<Data>({ secrets: SECRET });
  const source = (env: { SECRET: string }) => createSessions<Data>({ secrets: env.SECRET });

  it("know each session by its name, without a cast and without naming the data again", () => {
    new Hono().use(session(visitors), session(admins, { name: "admin" })).get("/", (c) => {
      expectTypeOf(c.get("session")).toEqualTypeOf<Session<Data>>();
      expectTypeOf(c.get("admin")).toEqualTypeOf<Session<AdminData>>();
      expectTypeOf(c.var.admin.get("rights")).toEqualTypeOf<string[] | undefined>();
      expectTypeOf(c.var.sessions).toEqualTypeOf<Sessions<Data>>();
      expectTypeOf(c.var.admins).toEqualTypeOf<Sessions<AdminData>>();
      // @ts-expect-error there is no such session
      c.get("guest");
      return c.body(null);
    });
  });

  it("know it in an app that is declared with the type of the sessions", () => {
    const app = new Hono<SessionEnv<typeof visitors> & SessionEnv<typeof admins, "admin">>();
    app.use(session(visitors));
    app.use(session(admins, { name: "admin" }));
    app.get("/", (c) => {
      expectTypeOf(c.var.session).toEqualTypeOf<Session<Data>>();
      expectTypeOf(c.var.admin).toEqualTypeOf<Session<AdminData>>();
      // @ts-expect-error no such key
      c.var.admin.get("visits");
      return c.body(null);
    });
  });

  it("know it, and env, from a function that makes the sessions", () => {
    const app = new Hono<SessionEnv<typeof source>>();
    app.use(session(source));
    app.get("/", (c) => {
      expectTypeOf(c.var.session).toEqualTypeOf<Session<Data>>();
      expectTypeOf(c.env.SECRET).toEqualTypeOf<string>();
      return c.body(null);
    });
  });

  it("take the data's own type as well, or none", () => {
    expectTypeOf<SessionEnv<Data>["Variables"]["session"]>().toEqualTypeOf<Session<Data>>();
    expectTypeOf<SessionEnv["Variables"]["session"]>().toEqualTypeOf<Session>();
  });
});
