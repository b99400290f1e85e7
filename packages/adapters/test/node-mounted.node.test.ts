import { createServer } from "node:http";
import { createRequire } from "node:module";
import middie from "@fastify/middie";
import { memoryStore, type SessionOptions } from "@websession/core";
import connect from "connect";
import express5, { Router } from "express";
import fastify from "fastify";
import Koa from "koa";
import koaConnect from "koa-connect";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { nodeHmac, type SessionRequest, session, withSession } from "../src/node.ts";
import { ask, cookieIn, type Data, listen, providers, SECRET, serve, setUp, warmUp } from "./node-helpers.ts";

const express4: typeof express5 = createRequire(import.meta.url)("express-4");

type Request = SessionRequest<Data> & SessionRequest<Data, "admin">;

/** What a browser would keep of what it had, and of what a response brings. */
function keep(cookies: Map<string, string>, headers: Headers): string {
  for (const line of headers.getSetCookie()) {
    const [, name = "", value = ""] = /^([^=]*)=([^;]*)/.exec(line) ?? [];
    if (value === "") cookies.delete(name);
    else cookies.set(name, value);
  }
  return [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
}

const keeping: [name: string, options: () => Partial<SessionOptions<Data>>][] = [
  ["a cookie", () => ({})],
  ["a cookie and nodeHmac", () => ({ hmac: nodeHmac })],
  ["a store", () => ({ store: memoryStore() })],
];

describe.each(keeping)("mounted twice, with %s", (_, options) => {
  it.each([
    ["Express 5", express5],
    ["Express 4", express4],
  ])("on the app and on a router of %s, it is one session", async (_, express) => {
    const { sessions } = setUp(options());
    const commits = vi.spyOn(sessions, "commitHeaders");
    const router = express
      .Router()
      .use(session(sessions))
      .get("/in", (req, res) => {
        req.session.login("bob");
        res.send("in");
      })
      .get("/out", (req, res) => {
        req.session.destroy();
        res.send("out");
      });
    const app = express()
      .use(session(sessions))
      .use((req, _res, next) => {
        req.session.set("text", req.path);
        next();
      })
      .use("/inner", router)
      .get("/me", (req, res) => res.json([req.session.owner ?? null, req.session.get("text")]));
    const origin = await serve(app);
    const cookies = new Map<string, string>();
    const get = async (path: string) => {
      const answer = await ask(origin + path, keep(cookies, new Headers()));
      keep(cookies, answer.headers);
      expect(answer.headers.getSetCookie().length).toBeLessThan(2);
      return answer.text;
    };
    await get("/inner/in");
    expect(await get("/me")).toBe('["bob","/me"]');
    await get("/inner/out");
    expect(await get("/me")).toBe('[null,"/me"]');
    expect(commits).toHaveBeenCalledTimes(4);
  });

  it("on an app and on its sub-app, it is one session", async () => {
    const { sessions } = setUp(options());
    const sub = express5()
      .use(session(sessions))
      .get("/", (req, res) => {
        req.session.set("visits", (req.session.get("visits") ?? 0) + 1);
        res.send(`${req.session.get("text")} ${req.session.get("visits")}`);
      });
    const app = express5().use(session(sessions));
    app.use((req, _res, next) => {
      req.session.set("text", "outer");
      next();
    });
    expect((await ask(await serve(app.use("/sub", sub)))).status).toBe(404);
    const answer = await ask(`${await serve(app)}/sub`);
    expect([answer.text, answer.headers.getSetCookie().length]).toEqual(["outer 1", 1]);
  });

  it("in Connect, Koa, Fastify and node:http, it is one session", async () => {
    const { sessions } = setUp(options());
    const commits = vi.spyOn(sessions, "commitHeaders");
    const middleware = [session(sessions), session(sessions)];
    const count = (req: object) => {
      const { session } = req as Request;
      session.set("visits", (session.get("visits") ?? 0) + 1);
      return String(session.get("visits"));
    };
    const inConnect = connect();
    const inKoa = new Koa();
    const inFastify = fastify();
    onTestFinished(() => inFastify.close());
    await inFastify.register(middie);
    for (const each of middleware) {
      inConnect.use(each);
      inKoa.use(koaConnect(each));
      inFastify.use(each);
    }
    inConnect.use((req, res) => void res.end(count(req)));
    inKoa.use((ctx) => {
      ctx.body = count(ctx.req);
    });
    inFastify.get("/", async (req) => count(req.raw));
    const inner = withSession(sessions, (_, res, session) => res.end(count({ session })));
    const origins = [
      await serve(inConnect),
      await listen(createServer((req, res) => void inKoa.callback()(req, res))),
      await inFastify.listen({ port: 0, host: "127.0.0.1" }),
      await serve(
        withSession(sessions, (req, res, session) => {
          count({ session });
          inner(req, res);
        }),
      ),
    ];
    for (const [at, origin] of origins.entries()) {
      const first = await ask(origin);
      const second = await ask(origin, cookieIn(first));
      expect([first.text, second.text]).toEqual(at === 3 ? ["2", "4"] : ["1", "2"]);
    }
    expect(commits).toHaveBeenCalledTimes(8);
  });
});

describe.each(providers)("two sessions side by side, with %s", async (_, hmac) => {
  const visitors = await warmUp({ hmac });
  const admins = await warmUp({ hmac, cookie: { name: "__Host-admin" } });

  it("have names and cookies of their own", async () => {
    const app = connect()
      .use(session(visitors.sessions))
      .use(session(admins.sessions, { name: "admin" }));
    app.use((req, res) => {
      const { session, admin } = req as Request;
      if (req.url === "/in") admin.login("root");
      if (req.url === "/out") admin.destroy();
      session.set("visits", (session.get("visits") ?? 0) + 1);
      res.end(`${session.get("visits")} ${session.owner} ${admin.owner}`);
    });
    const origin = await serve(app);
    const cookies = new Map<string, string>();
    const get = async (path: string) => {
      const { text, headers } = await ask(origin + path, keep(cookies, new Headers()));
      keep(cookies, headers);
      return text;
    };
    expect(await get("/in")).toBe("1 undefined root");
    expect([...cookies.keys()].sort()).toEqual(["__Host-admin", "__Host-session"]);
    expect(await get("/")).toBe("2 undefined root");
    await get("/out");
    expect(await get("/")).toBe("4 undefined undefined");
    expect([...cookies.keys()]).toEqual(["__Host-session"]);
  });

  it("are found again, each by its own, on a router of Express", async () => {
    const router = Router().use(session(admins.sessions, { name: "admin" }), session(visitors.sessions));
    router.get("/", (req, res) => {
      const { session, admin } = req as unknown as Request;
      res.send(`${session.get("text")} ${admin.get("text")}`);
    });
    const app = express5().use(session(visitors.sessions), session(admins.sessions, { name: "admin" }));
    app.use((req, _res, next) => {
      const { session, admin } = req as unknown as Request;
      session.set("text", "visitor");
      admin.set("text", "administrator");
      next();
    });
    const answer = await ask(await serve(app.use(router)));
    expect([answer.text, answer.headers.getSetCookie().length]).toEqual(["visitor administrator", 2]);
  });

  it("can't have the same name", async () => {
    const app = connect().use(session(visitors.sessions)).use(session(admins.sessions));
    app.use((error: Error, _req: unknown, res: { end(text: string): void }, _next: unknown) => res.end(error.message));
    expect((await ask(await serve(app))).text).toBe(
      "req.session exists already, from other middleware or from Node. Each session needs a property of its own. " +
        'Give this one another name: session(sessions, { name: "..." }).',
    );
  });
});

describe("the property of the request", () => {
  const assign = async (act: (req: SessionRequest<Data>) => void) => {
    const { sessions } = setUp({ hmac: nodeHmac });
    const app = connect().use(session(sessions));
    app.use((req, res) => {
      (req as SessionRequest<Data>).session.set("text", "kept");
      try {
        act(req as SessionRequest<Data>);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        res.setHeader("x-error", `${code}: ${message}`);
      }
      res.end((req as SessionRequest<Data>).session.get("text"));
    });
    const { text, headers } = await ask(await serve(app));
    expect(text).toBe("kept");
    return headers.get("x-error");
  };
  const sloppily = (value: string) => new Function("req", `req.session = ${value};`) as (req: object) => void;

  it.each<[string, (req: SessionRequest<Data>) => void]>([
    ["strict mode", (req) => Object.assign(req, { session: null })],
    ["sloppy mode", sloppily("null")],
  ])("says how a session ends where null is assigned in %s", async (_, act) => {
    expect(await assign(act)).toBe(
      "ERR_INVALID_ARGUMENT: req.session = null does not end the session. Call req.session.destroy().",
    );
  });

  it.each<[string, (req: SessionRequest<Data>) => void]>([
    ["strict mode", (req) => Object.assign(req, { session: { user: "ada" } })],
    ["sloppy mode", sloppily("{ user: 'ada' }")],
  ])("says how a value is kept where an object is assigned in %s", async (_, act) => {
    expect(await assign(act)).toBe(
      "ERR_INVALID_ARGUMENT: req.session can't be replaced. Call req.session.set(key, value) to keep a value, " +
        "req.session.destroy() to end the session. If another library needs req.session, give this session another " +
        'property: session(sessions, { name: "..." }).',
    );
  });

  it("is not taken from other middleware", async () => {
    const { sessions } = setUp();
    const app = express5().set("env", "test");
    app.use((req, _res, next) => {
      Object.assign(req, { session: { cookie: {} } });
      next();
    });
    const answer = await ask(await serve(app.use(session(sessions))));
    expect([answer.status, answer.text.includes("req.session exists already")]).toEqual([500, true]);
  });

  it("is listed among those of the request", async () => {
    const { sessions } = setUp();
    const app = connect().use(session(sessions, { name: "visitor" }));
    app.use((req, res) => void res.end(String(Object.keys(req).includes("visitor"))));
    expect((await ask(await serve(app))).text).toBe("true");
  });

  it.each([{ name: "" }, { name: 1 }, "admin", null])("needs a name: %j", (options) => {
    const { sessions } = setUp({ secrets: SECRET });
    expect(() => session(sessions, options as never)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION", message: expect.stringContaining("{ name:") }),
    );
  });
});
