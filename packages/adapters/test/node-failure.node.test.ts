import type { ServerResponse } from "node:http";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createSessions, type Session } from "@websession/core";
import connect from "connect";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type SessionRequest, session } from "../src/node.ts";
import {
  ask,
  type Data,
  deferred,
  exchange,
  providers,
  SECRET,
  serve,
  setUp,
  slowHmac,
  tooMuch,
  warmUp,
  withSession,
} from "./node-helpers.ts";

const logged = vi.spyOn(console, "error");
beforeEach(() => {
  logged.mockReset().mockImplementation(() => {});
});

/** The codes of what was written to the console. */
const codes = () => logged.mock.calls.map(([error]) => error.code ?? error.message);

const bare = (status: number, text: string) => ({ status, text });

describe.each(providers)("a commit that fails, with %s", async (_, hmac) => {
  const { sessions } = await warmUp({ hmac });

  it.each<[string, (session: Session<Data>) => unknown, string]>([
    ["too much for a cookie", (session) => session.set("text", tooMuch), "ERR_TOKEN_TOO_LARGE"],
    ["what can't be kept", (session) => session.set("odd", () => {}), "ERR_NOT_SERIALIZABLE"],
  ])("is a bare 500 and a line on the console: %s", async (_, write, code) => {
    const origin = await serve(
      withSession(sessions, (session, res) => {
        write(session);
        res.setHeader("Set-Cookie", "other=1").setHeader("Content-Type", "text/plain").setHeader("ETag", '"1"');
        res.setHeader("Cache-Control", "public, max-age=600").setHeader("X-Frame-Options", "DENY");
        res.writeHead(201, { "Content-Length": "5" }).end("hello");
      }),
    );
    const { headers, ...answer } = await ask(origin);
    expect(answer).toEqual(bare(500, ""));
    expect(codes()).toEqual([code]);
    expect(headers.getSetCookie()).toEqual(["other=1"]);
    expect(headers.get("x-frame-options")).toBe("DENY");
    for (const name of ["etag", "content-type", "cache-control"])
      expect([name, headers.get(name)]).toEqual([name, null]);
  });

  it("takes back the status message", async () => {
    const origin = await serve(
      withSession(sessions, (session, res) => {
        session.set("text", tooMuch);
        res.statusMessage = "Fine";
        res.end("hello");
      }),
    );
    const answer = await exchange(origin, "GET / HTTP/1.1", "Host: localhost", "Connection: close", "");
    expect(answer).toMatch(/^HTTP\/1.1 500 Internal Server Error\r\n/);
  });

  it("does not come out of the handler's own call", async () => {
    const handled = deferred();
    const origin = await serve(
      withSession(sessions, (session, res) => {
        session.set("text", tooMuch);
        res.end("hello");
        handled.resolve();
      }),
    );
    expect((await ask(origin)).status).toBe(500);
    await handled.promise;
  });

  it("tells the callbacks of what was not sent", async () => {
    const told: unknown[] = [];
    const origin = await serve(
      withSession(sessions, (session, res) => {
        session.set("text", tooMuch);
        const note = (error?: unknown) => told.push((error as NodeJS.ErrnoException | undefined)?.code);
        res.write("a", note);
        res.write("b", "utf8", note);
        res.end("c", note);
      }),
    );
    expect((await ask(origin)).status).toBe(500);
    expect(told).toEqual(Array(3).fill("ERR_TOKEN_TOO_LARGE"));
  });

  it("leaves the connection and the server in order", async () => {
    const origin = await serve(
      withSession(sessions, (session, res, req) => {
        session.set("text", req.url === "/much" ? tooMuch : "little");
        res.end("hello");
      }),
    );
    const get = (path: string, connection: string) => [
      `GET ${path} HTTP/1.1`,
      "Host: localhost",
      `Connection: ${connection}`,
      "",
    ];
    const answer = await exchange(origin, ...get("/much", "keep-alive"), ...get("/little", "close"));
    expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 500", "HTTP/1.1 200"]);
  });

  it.each<[string, (res: Writable) => unknown]>([
    [
      "writing",
      async (res) => {
        for (const word of ["a", "b", "c", "d"]) {
          res.write(word);
          await new Promise(setImmediate);
        }
        res.end("e");
      },
    ],
    [
      "writing without a pause",
      async (res) => {
        for (let i = 0; i < 100; i++) {
          res.write("a");
          await undefined;
        }
        res.end("e");
      },
    ],
    ["piping", (res) => Readable.from(["a", "b", "c"]).pipe(res)],
    ["a pipeline", (res) => pipeline(Readable.from(["a", "b", "c"]), res).catch(() => {})],
    [
      "waiting for callbacks",
      async (res) => {
        for (const word of ["a", "b"]) await new Promise((resolve) => res.write(word, resolve));
        res.end();
      },
    ],
  ])("is answered although the handler goes on: %s", async (_, write) => {
    const finished = deferred();
    const origin = await serve(
      withSession(sessions, async (session, res) => {
        session.set("text", tooMuch);
        await write(res);
        finished.resolve();
      }),
    );
    expect(await ask(origin)).toMatchObject(bare(500, ""));
    await finished.promise;
    expect(await ask(origin)).toMatchObject(bare(500, ""));
    expect(codes()).toEqual(["ERR_TOKEN_TOO_LARGE", "ERR_TOKEN_TOO_LARGE"]);
  });

  it("leaves an error handler without headers a message with an end", async () => {
    const app = connect().use(session(sessions));
    app.use((req, res) => {
      (req as SessionRequest<Data>).session.set("text", tooMuch);
      res.end("hello");
    });
    app.use((_error: unknown, _req: unknown, res: ServerResponse, _next: unknown) => res.end("sorry"));
    const origin = await serve(app);
    const lines = ["GET / HTTP/1.1", "Host: localhost", "Connection: close", ""];
    expect(await exchange(origin, ...lines)).toMatch(/^content-length: 5\r$/im);
  });

  it("of the answer to an error is a bare 500 too", async () => {
    const origin = await serve(
      withSession(sessions, (session) => {
        session.set("text", tooMuch);
        throw new Error("out of order");
      }),
    );
    expect(await ask(origin)).toMatchObject(bare(500, ""));
    expect(codes()).toEqual(["out of order", "ERR_TOKEN_TOO_LARGE"]);
  });
});

describe("a commit that fails late", () => {
  const fail = async (write: (res: Writable) => unknown) => {
    const { hmac, signing, refuse } = slowHmac();
    const { sessions } = setUp({ hmac });
    const origin = await serve(
      withSession(sessions, (session, res) => {
        session.set("visits", 1);
        return write(res);
      }),
    );
    const answer = ask(origin);
    await signing;
    refuse(new Error("key vault closed"));
    return answer;
  };

  it("is a bare 500", async () => {
    expect(await fail((res) => res.end("hello"))).toMatchObject(bare(500, ""));
    expect(codes()).toEqual(["key vault closed"]);
  });

  it("is one while a stream waits", async () => {
    expect(await fail((res) => Readable.from(["a", "b"]).pipe(res))).toMatchObject(bare(500, ""));
  });
});

describe("a wrong call that is found out late", () => {
  it.each<[string, (res: ServerResponse) => unknown]>([
    ["a status that is none", (res) => res.writeHead(99).end()],
    ["a header that is none", (res) => res.writeHead(200, { "x-a": "\n" }).end()],
    ["a list of headers that is none", (res) => res.writeHead(200, ["x-a"]).end()],
  ])("is a bare 500: %s", async (_, write) => {
    const { sessions } = setUp();
    const origin = await serve(
      withSession(sessions, (session, res) => {
        session.set("visits", 1);
        return write(res);
      }),
    );
    expect(await ask(origin)).toMatchObject(bare(500, ""));
    expect(logged).toHaveBeenCalledOnce();
  });
});

describe("a handler without a framework", () => {
  const { sessions } = setUp();

  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("out of order");
      },
    ],
    ["rejects", () => Promise.reject(new Error("out of order"))],
  ])("is answered for by a bare 500 where it %s", async (_, handler) => {
    const origin = await serve(withSession(sessions, handler));
    expect(await ask(origin)).toMatchObject(bare(500, ""));
    expect(codes()).toEqual(["out of order"]);
  });

  it("that fails in the middle of its answer ends it", async () => {
    const origin = await serve(
      withSession(sessions, async (_, res) => {
        res.write("a");
        await new Promise(setImmediate);
        throw new Error("out of order");
      }),
    );
    await expect(ask(origin)).rejects.toThrow();
    expect(codes()).toEqual(["out of order"]);
  });

  it("that fails after its answer has answered", async () => {
    const origin = await serve(
      withSession(sessions, (session, res) => {
        session.set("visits", 1);
        res.end("hello");
        throw new Error("out of order");
      }),
    );
    expect(await ask(origin)).toMatchObject(bare(200, "hello"));
    expect(codes()).toEqual(["out of order"]);
  });
});

describe("a session that can't be loaded", () => {
  const sessions = {
    ...createSessions<Data>({ secrets: SECRET }),
    load: () => Promise.reject(new Error("store is down")),
  };

  it("is a bare 500 without a framework, and the handler is not run", async () => {
    const handler = vi.fn();
    const origin = await serve(withSession(sessions, handler));
    expect(await ask(origin)).toMatchObject(bare(500, ""));
    expect(codes()).toEqual(["store is down"]);
    expect(handler).not.toHaveBeenCalled();
  });

  it("is given to next", async () => {
    const origin = await serve((req, res) => {
      session(sessions)(req, res, (error) => res.end(String(error)));
    });
    expect((await ask(origin)).text).toBe("Error: store is down");
    expect(logged).not.toHaveBeenCalled();
  });
});
