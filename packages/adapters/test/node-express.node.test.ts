import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { createSessions, type Session } from "@websession/core";
import express, { type ErrorRequestHandler, type RequestHandler, Router } from "express";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { nodeHmac, session } from "../src/node.ts";
import {
  ask,
  cookieIn,
  type Data,
  deferred,
  exchange,
  providers,
  SECRET,
  serve,
  setUp,
  tooMuch,
  warmUp,
} from "./node-helpers.ts";

declare global {
  namespace Express {
    interface Request {
      session: Session<Data>;
    }
  }
}

/** Errors as JSON, by an error handler that looks like everybody's. */
const answerErrors: ErrorRequestHandler = (error, _req, res, _next) => {
  res.status(500).json({ code: error.code ?? error.message });
};

const touch: RequestHandler = (req, _res, next) => {
  req.session.set("visits", (req.session.get("visits") ?? 0) + 1);
  next();
};

const overfill: RequestHandler = (req, _res, next) => {
  req.session.set("text", tooMuch);
  next();
};

const self = fileURLToPath(import.meta.url);

/** Ways to answer in Express. */
const answers: [name: string, handler: RequestHandler][] = [
  ["res.json", (_, res) => res.json({ a: 1 })],
  ["res.send", (_, res) => res.send("hello")],
  ["res.send of bytes", (_, res) => res.send(Buffer.from("hello"))],
  ["res.sendStatus", (_, res) => res.sendStatus(404)],
  ["res.redirect", (_, res) => res.redirect("/next")],
  ["res.status().end", (_, res) => res.status(204).end()],
  ["res.cookie", (_, res) => res.cookie("theme", "dark").send("hello")],
  ["res.sendFile", (_, res) => res.sendFile(self)],
  ["res.download", (_, res) => res.download(self, "test.ts")],
  ["a stream", (_, res) => Readable.from(["a", "b", "c"]).pipe(res)],
  [
    "a promise",
    async (_, res) => {
      await new Promise(setImmediate);
      res.send("late");
    },
  ],
  ["nobody", (_req, _res, next) => next()],
];

function appOf(middleware: RequestHandler | undefined, ...handlers: RequestHandler[]) {
  const app = express();
  app.set("env", "test");
  if (middleware !== undefined) app.use(middleware);
  app.use(...handlers);
  return app;
}

describe.each(providers)("Express with %s", async (_, hmac) => {
  const { sessions } = await warmUp({ hmac });
  const middleware = session(sessions);

  describe.each(answers)("answering by %s", (_, handler) => {
    it.each(["GET", "HEAD"])("to a %s adds the session and changes nothing else", async (method) => {
      const bare = await ask(await serve(appOf(undefined, handler)), undefined, { method });
      const untouched = await ask(await serve(appOf(middleware, handler)), undefined, { method });
      const touched = await ask(await serve(appOf(middleware, touch, handler)), undefined, { method });
      expect(plain(untouched.headers)).toEqual(plain(bare.headers));
      expect(untouched.headers.getSetCookie()).toEqual(bare.headers.getSetCookie());
      expect([touched.status, touched.text]).toEqual([bare.status, bare.text]);
      expect([untouched.status, untouched.text]).toEqual([bare.status, bare.text]);
      expect(touched.headers.getSetCookie()).toEqual([
        ...bare.headers.getSetCookie(),
        expect.stringMatching(/^__Host-session=./),
      ]);
      const { vary, "cache-control": _, ...others } = plain(touched.headers);
      const { vary: __, "cache-control": ___, ...before } = plain(bare.headers);
      expect(vary).toBe([bare.headers.get("vary"), "Cookie"].filter(Boolean).join(", "));
      expect(others).toEqual(before);
    });
  });

  it("brings a session back, counted once per request", async () => {
    const origin = await serve(appOf(middleware, touch, (req, res) => res.json(req.session.get("visits"))));
    const first = await ask(origin);
    const second = await ask(origin, cookieIn(first));
    expect([first.text, second.text]).toEqual(["1", "2"]);
  });

  it("answers an unchanged page with 304", async () => {
    const origin = await serve(appOf(middleware, touch, (_, res) => res.send("hello")));
    const etag = (await ask(origin)).headers.get("etag");
    const lines = ["GET / HTTP/1.1", "Host: localhost", `If-None-Match: ${etag}`, "Connection: close", ""];
    const answer = await exchange(origin, ...lines);
    expect(answer).toMatch(/^HTTP\/1.1 304 /);
    expect(answer).toMatch(/set-cookie: __Host-session=./i);
    expect(answer.endsWith("\r\n\r\n")).toBe(true);
  });

  it("sends a part of a file", async () => {
    const origin = await serve(appOf(middleware, touch, (_, res) => res.sendFile(self)));
    const part = await ask(origin, undefined, { headers: { range: "bytes=0-5" } });
    expect([part.status, part.text]).toEqual([206, "import"]);
  });

  it("sends a large file whole", async () => {
    const folder = await mkdtemp(join(tmpdir(), "websession-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "large"), "0123456789".repeat(500_000));
    const origin = await serve(appOf(middleware, touch, (_, res) => res.sendFile(join(folder, "large"))));
    expect((await ask(origin)).text).toBe("0123456789".repeat(500_000));
  });

  it("reads bodies as ever", async () => {
    const origin = await serve(
      appOf(middleware, express.json(), (req, res) => {
        req.session.set("text", req.body.name);
        res.json(req.body);
      }),
    );
    const init = { method: "POST", body: '{"name":"ada"}', headers: { "content-type": "application/json" } };
    expect((await ask(origin, undefined, init)).text).toBe('{"name":"ada"}');
  });

  it.each<[string, RequestHandler]>([
    [
      "throws",
      () => {
        throw new Error("out of order");
      },
    ],
    ["rejects", () => Promise.reject(new Error("out of order"))],
    ["calls next with an error", (_req, _res, next) => next(new Error("out of order"))],
  ])("commits with the error handler's answer where a handler %s", async (_, handler) => {
    const origin = await serve(appOf(middleware, touch, handler).use(answerErrors));
    const answer = await ask(origin);
    expect([answer.status, answer.text]).toEqual([500, '{"code":"out of order"}']);
    expect(cookieIn(answer)).toMatch(/^__Host-session=./);
  });

  it("commits with Express's own answer to an error", async () => {
    const origin = await serve(appOf(middleware, touch, () => Promise.reject(new Error("out of order"))));
    const answer = await ask(origin);
    expect([answer.status, answer.text.includes("Error: out of order")]).toEqual([500, true]);
    expect(cookieIn(answer)).toMatch(/^__Host-session=./);
  });

  it("sends the first of two answers", async () => {
    const caught = deferred<{ code?: string }>();
    const origin = await serve(
      appOf(middleware, touch, async (_, res) => {
        res.send("hello");
        try {
          res.send("hi");
        } catch (error) {
          caught.resolve(error as { code?: string });
        }
      }),
    );
    expect((await ask(origin)).text).toBe("hello");
    expect((await caught.promise).code).toBe("ERR_HTTP_HEADERS_SENT");
  });

  describe.each(answers.filter(([name]) => name !== "nobody"))("a commit that fails under %s", (_, handler) => {
    it("is answered by the error handler", async () => {
      const origin = await serve(appOf(middleware, overfill, handler).use(answerErrors));
      const answer = await ask(origin);
      expect([answer.status, answer.text]).toEqual([500, '{"code":"ERR_TOKEN_TOO_LARGE"}']);
      expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
      for (const name of ["location", "content-disposition", "last-modified", "cache-control"]) {
        expect([name, answer.headers.get(name)]).toEqual([name, null]);
      }
      expect(String(answer.headers.getSetCookie())).not.toContain("__Host-session");
    });

    it("is answered by Express without one", async () => {
      const answer = await ask(await serve(appOf(middleware, overfill, handler)));
      expect(answer.status).toBe(500);
    });
  });

  it("gives the error of a commit in a router to the application's error handler", async () => {
    const router = Router();
    router.use(middleware);
    router.get("/much", overfill, (_, res) => res.send("hello"));
    const app = express();
    app.use("/shop", router);
    app.use(answerErrors);
    expect((await ask(`${await serve(app)}/shop/much`)).text).toBe('{"code":"ERR_TOKEN_TOO_LARGE"}');
  });

  const late: ErrorRequestHandler = async (error, _req, res, _next) => {
    await new Promise(setImmediate);
    res.status(500).send(error.code);
  };

  it("answers although an asynchronous error handler takes its time", async () => {
    const origin = await serve(appOf(middleware, overfill, (_, res) => res.send("hello")).use(late));
    expect((await ask(origin)).text).toBe("ERR_TOKEN_TOO_LARGE");
  });

  it.each<[string, ErrorRequestHandler]>([
    ["Express's", (error, _req, _res, next) => next(error)],
    ["a prompt", answerErrors],
    ["a late", late],
    [
      "a late one in plain Node as",
      (error, _req, res, _next) =>
        setImmediate(() => {
          res.removeHeader("etag");
          res.appendHeader("vary", "accept");
          res.writeHead(500).end(error.code);
        }),
    ],
    ["a late one with callbacks as", (error, _req, res, _next) => setImmediate(() => res.status(500).send(error.code))],
  ])(
    "survives a handler that goes on writing after a commit that failed, with %s error handler",
    async (_, onError) => {
      const ended = deferred();
      const chatty: RequestHandler = async (_, res) => {
        for (let i = 0; i < 20; i++) {
          res.write("word ");
          await new Promise(setImmediate);
        }
        res.end();
        ended.resolve();
      };
      const origin = await serve(appOf(middleware, overfill, chatty).use(onError));
      const answer = await ask(origin, undefined, { method: "POST", body: "unread" });
      expect([answer.status, answer.text.includes("word")]).toEqual([500, false]);
      await ended.promise;
    },
  );
});

describe("Express", () => {
  it("gets the error of a session that can't be loaded", async () => {
    const broken = {
      ...createSessions<Data>({ secrets: SECRET }),
      load: () => Promise.reject(new Error("store is down")),
    };
    const handler = vi.fn();
    const answer = await ask(await serve(appOf(session(broken), handler).use(answerErrors)));
    expect([answer.status, answer.text]).toEqual([500, '{"code":"store is down"}']);
    expect(handler).not.toHaveBeenCalled();
  });

  it("needs no cast for the middleware", () => {
    const app = express();
    app.use(session(setUp({ hmac: nodeHmac }).sessions));
    app.get("/", session(setUp().sessions), (req, res) =>
      res.json(req.session.get("visits") satisfies number | undefined),
    );
  });
});

/** Headers that do not depend on the minute. */
function plain(headers: Headers): Record<string, string> {
  const { date, "set-cookie": _, ...others } = Object.fromEntries(headers);
  return others;
}
