import { once } from "node:events";
import { Agent, get, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { SessionEvent } from "@websession/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { type SessionRequest, session } from "../src/node.ts";
import { ask, cookieIn, type Data, exchange, providers, serve, setUp, warmUp, withSession } from "./node-helpers.ts";

type Write = (res: ServerResponse, req: IncomingMessage) => unknown;

/** Ways to answer. None of them knows of sessions. */
const answers: [name: string, write: Write][] = [
  ["end", (res) => res.end("hello")],
  ["end without a body", (res) => res.end()],
  ["end with bytes", (res) => res.end(Buffer.from([0, 1, 254, 255]))],
  ["end in another encoding", (res) => res.end("aGVsbG8=", "base64")],
  [
    "several writes",
    (res) => {
      res.write("a");
      res.write("b");
      res.end("c");
    },
  ],
  [
    "a length of its own",
    (res) => {
      res.setHeader("Content-Length", 2);
      res.write("a");
      res.end("b");
    },
  ],
  [
    "a status",
    (res) => {
      res.statusCode = 404;
      res.end("nothing here");
    },
  ],
  [
    "a status message",
    (res) => {
      res.statusMessage = "Fine";
      res.end("a");
    },
  ],
  ["writeHead", (res) => res.writeHead(201).end("a")],
  ["writeHead with a message", (res) => res.writeHead(201, "Made").end("a")],
  ["writeHead with an object", (res) => res.writeHead(201, { "X-A": "1", "x-b": ["2", "3"] }).end("a")],
  ["writeHead with message and object", (res) => res.writeHead(201, "Made", { "X-A": "1" }).end("a")],
  ["writeHead with a list", (res) => res.writeHead(201, ["X-A", "1", "X-B", "2", "X-A", "3"]).end("a")],
  [
    "writeHead with a list of pairs",
    (res) =>
      res
        .writeHead(201, [
          ["X-A", "1"],
          ["X-B", "2"],
        ] as never)
        .end("a"),
  ],
  [
    "writeHead over setHeader",
    (res) => {
      res.setHeader("X-A", "1");
      res.writeHead(200, { "x-a": "2" }).end("a");
    },
  ],
  [
    "writeHead, then writes",
    (res) => {
      res.writeHead(200, { "Content-Length": "2" });
      res.write("a");
      res.end("b");
    },
  ],
  [
    "flushHeaders",
    (res) => {
      res.flushHeaders();
      res.end("a");
    },
  ],
  ["204", (res) => res.writeHead(204).end()],
  ["304", (res) => res.writeHead(304, { ETag: '"1"' }).end()],
  ["a redirect", (res) => res.writeHead(303, { Location: "/next" }).end()],
  ["a stream", (res) => Readable.from(["a", "b", "c"]).pipe(res)],
  [
    "a slow answer",
    async (res) => {
      await new Promise(setImmediate);
      res.end("late");
    },
  ],
];

const request = (method: string) => [`${method} / HTTP/1.1`, "Host: localhost", "Connection: close", ""];
const withoutDate = (answer: string) => answer.replace(/^Date: .*\r\n/im, "");

/** What a session may add to an answer. Names may have any case, and lines any order. */
const ofSession = /^(?:set-cookie: __Host-session=.*|vary: cookie|cache-control: private, no-store)$/i;
function withoutSession(answer: string): string[] {
  const [head = "", body = ""] = withoutDate(answer).split("\r\n\r\n", 2);
  const [status = "", ...lines] = head.split("\r\n");
  const others = lines
    .filter((line) => !ofSession.test(line))
    .map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase()));
  return [status, ...others.sort(), others.includes("transfer-encoding: chunked") ? joinChunks(body) : body];
}

/** Node 26 makes one chunk of what is written in one go, so a wait may change their number. */
function joinChunks(body: string): string {
  return body.replace(/[\da-f]+\r\n(.*?)(?:\r\n|$)/gs, "$1");
}

function without(write: Write): RequestListener {
  return (req, res) => void write(res, req);
}

describe.each(providers)("node:http with %s", async (_, hmac) => {
  it("gives a session that comes back with its cookie", async () => {
    const { sessions } = await warmUp({ hmac });
    const origin = await serve(
      withSession(sessions, async (session, res) => {
        res.end(`visits: ${await session.update("visits", (visits = 0) => visits + 1)}`);
      }),
    );
    const first = await ask(origin);
    const second = await ask(origin, cookieIn(first));
    const third = await ask(origin, cookieIn(second));
    expect([first.text, second.text, third.text]).toEqual(["visits: 1", "visits: 2", "visits: 3"]);
    expect(third.headers.get("vary")).toBe("Cookie");
    expect(third.headers.get("cache-control")).toBe("private, no-store");
  });

  describe.each(answers)("answering by %s", (_, write) => {
    it.each(["GET", "HEAD"])("leaves a %s of an untouched session as it is, byte for byte", async (method) => {
      const { sessions } = await warmUp({ hmac });
      const bare = await exchange(await serve(without(write)), ...request(method));
      const ours = await exchange(
        await serve(withSession(sessions, (_, res, req) => write(res, req))),
        ...request(method),
      );
      expect(withoutDate(ours)).toBe(withoutDate(bare));
    });

    it.each(["GET", "HEAD"])("adds a written session to a %s, and nothing else changes", async (method) => {
      const { sessions } = await warmUp({ hmac });
      const listener = withSession(sessions, (session, res, req) => {
        session.set("visits", 1);
        return write(res, req);
      });
      const bare = await exchange(await serve(without(write)), ...request(method));
      const ours = await exchange(await serve(listener), ...request(method));
      expect(ours.match(/^set-cookie: __Host-session=/gim)).toHaveLength(1);
      expect(withoutSession(ours)).toEqual(withoutSession(bare));
    });
  });

  it("keeps what setHeader, other libraries and writeHead say of cookies and Vary", async () => {
    const { sessions } = await warmUp({ hmac });
    const origin = await serve(
      withSession(sessions, (session, res, req) => {
        session.set("visits", 1);
        if (req.url === "/set-header") {
          res.setHeader("Set-Cookie", "a=1").appendHeader("Set-Cookie", "b=2").setHeader("Vary", "Accept");
          res.end();
        }
        if (req.url === "/object") res.writeHead(200, { "Set-Cookie": ["a=1", "b=2"], Vary: "Accept" }).end();
        if (req.url === "/list") res.writeHead(200, ["Set-Cookie", "a=1", "vary", "Accept", "set-cookie", "b=2"]).end();
        if (req.url === "/both") {
          res.setHeader("Set-Cookie", "overwritten=1").setHeader("Vary", "Accept");
          res.writeHead(200, { "set-cookie": ["a=1", "b=2"] }).end();
        }
      }),
    );
    for (const path of ["/set-header", "/object", "/list", "/both"]) {
      const { headers } = await ask(origin + path);
      const lines = headers.getSetCookie().map((line) => line.slice(0, 12));
      expect([path, ...lines]).toEqual([path, "a=1", "b=2", "__Host-sessi"]);
      expect(headers.get("vary")).toBe("Accept, Cookie");
    }
  });

  it("takes away what lets a CDN keep the answer with the session cookie, and leaves it on others", async () => {
    const { sessions, events } = await warmUp({ hmac });
    const origin = await serve(
      withSession(sessions, (session, res, req) => {
        if (req.url?.startsWith("/write")) session.set("visits", 1);
        else session.has("visits");
        const fields = { "CDN-Cache-Control": "max-age=600", "Surrogate-Control": "no-store", "X-Accel-Expires": 600 };
        if (req.url?.endsWith("/head")) res.writeHead(200, fields).end();
        else {
          for (const [name, value] of Object.entries(fields)) res.setHeader(name, value);
          res.end();
        }
      }),
    );
    const names = ["cdn-cache-control", "surrogate-control", "x-accel-expires"];
    for (const path of ["/write", "/write/head"]) {
      const { headers } = await ask(origin + path);
      expect(names.map((name) => headers.get(name))).toEqual([null, "no-store", null]);
      expect(headers.get("cache-control")).toBe("private, no-store");
    }
    expect(events.map(({ type }) => type)).toEqual(Array(4).fill("cacheable-response"));
    for (const path of ["/read", "/read/head"]) {
      const { headers } = await ask(origin + path);
      expect(names.map((name) => headers.get(name))).toEqual(["max-age=600", "no-store", "600"]);
    }
  });

  it("adds to Vary in its line", async () => {
    const { sessions } = await warmUp({ hmac });
    const listener = withSession(sessions, (session, res) => {
      session.set("visits", 1);
      res.setHeader("Vary", "Accept").end();
    });
    expect(await exchange(await serve(listener), ...request("GET"))).toMatch(/^vary: Accept, Cookie\r$/im);
  });

  it("serves several requests of one connection, each with its own session", async () => {
    const { sessions } = await warmUp({ hmac });
    const ports = new Set<number | undefined>();
    const origin = await serve(
      withSession(sessions, async (session, res, req) => {
        ports.add(req.socket.remotePort);
        res.end(String(await session.update("visits", (visits = 0) => visits + 1)));
      }),
    );
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    let cookie = "";
    for (const visits of ["1", "2", "3", "4"]) {
      const [res] = (await once(get(origin, { agent, headers: { cookie } }), "response")) as [IncomingMessage];
      cookie = cookieIn({ headers: new Headers({ "set-cookie": String(res.headers["set-cookie"]) }) });
      expect(Buffer.concat(await res.toArray()).toString()).toBe(visits);
    }
    expect(ports.size).toBe(1);
  });

  it("answers pipelined requests in their order", async () => {
    const { sessions } = await warmUp({ hmac });
    const origin = await serve(
      withSession(sessions, (session, res, req) => {
        session.set("text", String(req.url));
        res.end(`<${req.url}>`);
      }),
    );
    const get = (path: string, connection: string) => [
      `GET ${path} HTTP/1.1`,
      "Host: localhost",
      `Connection: ${connection}`,
      "",
    ];
    const answer = await exchange(
      origin,
      ...get("/1", "keep-alive"),
      ...get("/2", "keep-alive"),
      ...get("/3", "close"),
    );
    expect(answer.match(/<.*?>/g)).toEqual(["</1>", "</2>", "</3>"]);
    expect(answer.match(/set-cookie: __Host-session=/gi)).toHaveLength(3);
  });

  it("serves HTTP/1.0", async () => {
    const { sessions } = await warmUp({ hmac });
    const origin = await serve(
      withSession(sessions, (session, res) => {
        session.set("visits", 1);
        res.write("a");
        res.end("b");
      }),
    );
    const answer = await exchange(origin, "GET / HTTP/1.0", "");
    expect(answer).toMatch(/set-cookie: __Host-session=/i);
    expect(answer.endsWith("\r\n\r\nab")).toBe(true);
  });

  it("refuses to lose what is written after the head", async () => {
    const { sessions } = await warmUp({ hmac });
    const codes: unknown[] = [];
    const origin = await serve(
      withSession(sessions, async (session, res) => {
        const write = () => {
          try {
            session.set("visits", 2);
          } catch (error) {
            codes.push((error as NodeJS.ErrnoException).code);
          }
        };
        session.set("visits", 1);
        res.write("a");
        write();
        await new Promise(setImmediate);
        write();
        res.end();
      }),
    );
    expect((await ask(origin)).status).toBe(200);
    expect(codes).toEqual(["ERR_SESSION_COMMITTED", "ERR_SESSION_COMMITTED"]);
  });

  it("ends a session", async () => {
    const { sessions } = await warmUp({ hmac });
    const origin = await serve(
      withSession(sessions, (session, res, req) => {
        if (req.url === "/out") session.destroy();
        else session.login("ada");
        res.end();
      }),
    );
    const out = await ask(`${origin}/out`, cookieIn(await ask(origin)));
    expect(out.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-session=; Max-Age=0;/)]);
  });

  it("works among middleware that wraps write and end, before it and behind it", async () => {
    const { sessions } = await warmUp({ hmac });
    const middleware = session(sessions);
    const origin = await serve((req, res) => {
      shout(res);
      middleware(req, res, () => {
        shout(res);
        (req as SessionRequest<Data>).session.set("visits", 1);
        res.write("a");
        res.write("b");
        res.end("c");
      });
    });
    const answer = await ask(origin);
    expect([answer.text, answer.headers.get("x-shouts")]).toEqual(["a!!b!!c!!", "1, 1"]);
    expect(cookieIn(answer)).toMatch(/^__Host-session=./);
  });

  it("can be there twice, for two cookies", async () => {
    const visitor = session((await warmUp({ hmac })).sessions);
    const admin = await warmUp({ hmac, cookie: { name: "__Host-admin" } });
    const origin = await serve((req, res) => {
      visitor(req, res, () => {
        (req as SessionRequest<Data>).session.set("visits", 1);
        withSession(admin.sessions, (session, res) => {
          session.set("visits", 1);
          res.write("a");
          res.end("b");
        })(req, res);
      });
    });
    const { headers, text } = await ask(origin);
    expect(text).toBe("ab");
    expect(headers.getSetCookie().map((line) => line.split("=")[0])).toEqual(["__Host-admin", "__Host-session"]);
  });
});

/** Like compression, which replaces these methods and asks for the head before it writes. */
function shout(res: ServerResponse): void {
  const { writeHead, write, end } = res;
  let begun = false;
  const begin = () => {
    if (res.headersSent) return;
    res.writeHead(res.statusCode);
  };
  Object.assign(res, {
    writeHead: (...args: unknown[]) => {
      if (!begun) res.appendHeader("X-Shouts", "1");
      begun = true;
      return Reflect.apply(writeHead, res, args);
    },
    write: (chunk: string) => {
      begin();
      return Reflect.apply(write, res, [`${chunk}!`]);
    },
    end: (chunk?: string) => {
      begin();
      if (chunk !== undefined) Reflect.apply(write, res, [`${chunk}!`]);
      return Reflect.apply(end, res, []);
    },
  });
}

describe("what a client sends", () => {
  const issue = async (prepare: RequestListener, ...lines: string[]): Promise<[string, SessionEvent[]]> => {
    const { sessions, events } = setUp();
    const handler = withSession(sessions, (session, res) => {
      session.set("visits", 1);
      res.end();
    });
    const origin = await serve((req, res) => {
      prepare(req, res);
      handler(req, res);
    });
    return [await exchange(origin, ...lines, "Connection: close", ""), events];
  };
  const nothing = () => {};
  const insecure = [{ type: "insecure-request" }];

  it.each([
    ["over plain http from afar", ["GET / HTTP/1.1", "Host: shop.example"], insecure],
    ["over plain http from here", ["GET / HTTP/1.1", "Host: localhost:3000"], []],
    ["through a proxy with TLS", ["GET / HTTP/1.1", "Host: shop.example", "X-Forwarded-Proto: https"], []],
    ["as an absolute target", ["GET http://shop.example/ HTTP/1.1", "Host: shop.example"], insecure],
  ])("tells whether the cookie can arrive: %s", async (_, lines, expected) => {
    const [answer, events] = await issue(nothing, ...lines);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(events).toEqual(expected);
  });

  it("tells whether the cookie can arrive: over TLS", async () => {
    const [, events] = await issue(
      (req) => Object.assign(req.socket, { encrypted: true }),
      "GET / HTTP/1.1",
      "Host: shop.example",
    );
    expect(events).toEqual([]);
  });

  it.each([
    ["a host that is none", ["GET / HTTP/1.1", "Host: %00][:http://"]],
    ["no host", ["GET / HTTP/1.0"]],
    ["a path that is none", ["GET //%zz?:// HTTP/1.1", "Host: x"]],
    ["cookies that are none", ["GET / HTTP/1.1", "Host: x", "Cookie: __Host-session=%%%; =;;=", "Cookie: ;"]],
  ])("never throws: %s", async (_, lines) => {
    const [answer] = await issue(nothing, ...lines);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer).toMatch(/set-cookie: __Host-session=./i);
  });
});
