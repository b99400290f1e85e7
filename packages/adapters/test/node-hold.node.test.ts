import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { get, type IncomingMessage, request, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { nodeHmac } from "../src/node.ts";
import { ask, cookieIn, deferred, providers, serve, setUp, slowHmac, warmUp, withSession } from "./node-helpers.ts";

const MEGABYTE = 2 ** 20;

/** Bytes of which no two megabytes are alike, in pieces of an odd size. */
function* bytes(megabytes: number): Generator<Buffer> {
  const piece = Buffer.alloc(65_521);
  for (let at = 0; at < megabytes * MEGABYTE; at += piece.length) {
    piece.writeUInt32LE(at);
    yield Buffer.from(piece);
  }
}

async function hashOf(chunks: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}

async function open(url: string): Promise<IncomingMessage> {
  const [response] = (await once(get(url), "response")) as [IncomingMessage];
  return response;
}

describe.each(providers)("a body with %s", async (_, hmac) => {
  const { sessions } = await warmUp({ hmac });

  it.each<[string, (source: Readable, res: ServerResponse) => unknown]>([
    ["pipe", (source, res) => source.pipe(res)],
    ["pipeline", (source, res) => pipeline(source, res)],
    [
      "write and drain",
      async (source, res) => {
        for await (const chunk of source) if (!res.write(chunk)) await once(res, "drain");
        res.end();
      },
    ],
    [
      "write without a care",
      async (source, res) => {
        for await (const chunk of source) res.write(chunk);
        res.end();
      },
    ],
  ])("of ten megabytes arrives whole by %s", async (_, send) => {
    const origin = await serve(
      withSession(sessions, (session, res) => {
        session.set("visits", 1);
        return send(Readable.from(bytes(10), { objectMode: false }), res);
      }),
    );
    const response = await open(origin);
    expect(String(response.headers["set-cookie"])).toMatch(/^__Host-session=./);
    expect(await hashOf(response)).toBe(await hashOf(bytes(10)));
  });

  it("is held only where there is something to wait for", async () => {
    const sync = hmac === nodeHmac;
    let seen: unknown;
    const origin = await serve(
      withSession(sessions, (session, res) => {
        session.set("visits", 1);
        seen = [res.write("a"), Object.hasOwn(res, "headersSent")];
        res.end();
      }),
    );
    expect((await ask(origin)).text).toBe("a");
    expect(seen).toEqual([sync, !sync]);
  });

  it("waits for a slow client", async () => {
    let produced = 0;
    const source = Readable.from(
      (function* () {
        for (const chunk of bytes(64)) {
          produced += chunk.length;
          yield chunk;
        }
      })(),
      { objectMode: false },
    );
    const stuck = deferred();
    const origin = await serve(
      withSession(sessions, (session, res) => {
        session.set("visits", 1);
        source.pipe(res);
        const look = () => (source.isPaused() && res.writableLength > 0 ? stuck.resolve() : setImmediate(look));
        res.on("pipe", look).once("drain", look);
      }),
    );
    const response = await open(origin);
    response.pause();
    await stuck.promise;
    expect(produced).toBeLessThan(64 * MEGABYTE);
    expect(await hashOf(response)).toBe(await hashOf(bytes(64)));
  });

  it("is asked for again only when there is room", async () => {
    const waiting = deferred<number>();
    const origin = await serve(
      withSession(sessions, (session, res) => {
        session.set("visits", 1);
        res.once("drain", () => {
          waiting.resolve(res.writableLength);
          res.end();
        });
        expect(res.write(Buffer.alloc(32 * MEGABYTE))).toBe(false);
      }),
    );
    const response = await open(origin);
    let length = 0;
    for await (const chunk of response) length += chunk.length;
    expect([length, await waiting.promise]).toEqual([32 * MEGABYTE, 0]);
  });

  it("has all forms of callbacks called", async () => {
    const called: string[] = [];
    const done = deferred();
    const origin = await serve(
      withSession(sessions, (session, res) => {
        session.set("visits", 1);
        const note = (name: string) => (error?: Error | null) => called.push(error ? `${name}: ${error}` : name);
        res.write("a", note("write(chunk, callback)"));
        res.write("Yg==", "base64", note("write(chunk, encoding, callback)"));
        res.write(Buffer.from("c"), note("write(bytes, callback)"));
        res.end("ZA==", "base64", () => {
          note("end(chunk, encoding, callback)")();
          res.end(() => done.resolve());
        });
      }),
    );
    expect((await ask(origin)).text).toBe("abcd");
    await done.promise;
    expect(called.sort()).toEqual([
      "end(chunk, encoding, callback)",
      "write(bytes, callback)",
      "write(chunk, callback)",
      "write(chunk, encoding, callback)",
    ]);
  });

  it.each<[string, (res: ServerResponse, done: () => void) => unknown]>([
    ["end(callback)", (res, done) => res.end(done)],
    ["end(chunk, callback)", (res, done) => res.end("a", done)],
  ])("has the callback of %s called", async (_, end) => {
    const done = deferred();
    const origin = await serve(
      withSession(sessions, (session, res) => {
        session.set("visits", 1);
        end(res, () => done.resolve());
      }),
    );
    expect((await ask(origin)).status).toBe(200);
    await done.promise;
  });

  it("of a stream that fails ends in an error for the client", async () => {
    const failed = deferred<Error>();
    const origin = await serve(
      withSession(sessions, (session, res) => {
        session.set("visits", 1);
        const broken = Readable.from(
          (function* () {
            yield "a";
            throw new Error("disk on fire");
          })(),
        );
        pipeline(broken, res).catch(failed.resolve);
      }),
    );
    await expect(ask(origin)).rejects.toThrow();
    expect((await failed.promise).message).toBe("disk on fire");
  });

  it("of a file is sent", async () => {
    const path = fileURLToPath(import.meta.url);
    const origin = await serve(
      withSession(sessions, (session, res) => {
        session.set("visits", 1);
        res.writeHead(200, { "content-type": "text/plain" });
        createReadStream(path).pipe(res);
      }),
    );
    expect((await ask(origin)).text).toContain("of a file is sent");
  });

  it("may be written after the handler has gone on to something else", async () => {
    const origin = await serve(
      withSession(sessions, async (session, res, req) => {
        session.set("visits", 1);
        res.flushHeaders();
        res.end(Buffer.concat(await req.toArray()));
      }),
    );
    const { text, headers } = await ask(origin, undefined, { method: "POST", body: "to and fro" });
    expect(text).toBe("to and fro");
    expect(cookieIn({ headers })).toMatch(/^__Host-session=./);
  });
});

describe("while the commit takes its time", () => {
  async function hold(write: (res: ServerResponse, req: IncomingMessage) => unknown) {
    const { hmac, signing, allow, refuse } = slowHmac();
    const { sessions } = setUp({ hmac });
    const origin = await serve(
      withSession(sessions, (session, res, req) => {
        session.set("visits", 1);
        return write(res, req);
      }),
    );
    return { origin, signing, allow, refuse };
  }

  /** What the handler sees during the hold, and the client in the end. */
  async function look<T>(write: (res: ServerResponse) => T) {
    let seen: T | undefined;
    const { origin, allow } = await hold((res) => {
      seen = write(res);
      allow();
    });
    const answer = await ask(origin);
    return { seen, answer };
  }

  const attempt = (act: () => unknown) => {
    try {
      act();
      return "done";
    } catch (error) {
      return (error as NodeJS.ErrnoException).code;
    }
  };

  it("write asks to wait, and drain says when to go on", async () => {
    const drained = deferred();
    const { origin, allow, signing } = await hold((res) => {
      expect(res.write("a")).toBe(false);
      res.once("drain", () => {
        drained.resolve();
        res.end("b");
      });
    });
    const answer = ask(origin);
    await signing;
    allow();
    await drained.promise;
    expect((await answer).text).toBe("ab");
  });

  it("nothing is sent", async () => {
    const { origin, allow, signing } = await hold((res) => res.writeHead(200).end("a"));
    let answered = false;
    const answer = ask(origin).finally(() => {
      answered = true;
    });
    await signing;
    await ask(await serve((_, res) => res.end()));
    expect(answered).toBe(false);
    allow();
    expect((await answer).text).toBe("a");
  });

  it("calls can be chained", async () => {
    const { seen, answer } = await look((res) => res.writeHead(202, { "x-a": "1" }).end("a") === res);
    expect([seen, answer.status, answer.headers.get("x-a"), answer.text]).toEqual([true, 202, "1", "a"]);
  });

  it.each<[string, ...((res: ServerResponse) => unknown)[]]>([
    ["writeHead, write and end", (res) => res.writeHead(404), (res) => res.write("a"), (res) => res.end("b")],
    ["end alone", (res) => res.end("a")],
    ["end twice", (res) => res.end("a"), (res) => res.end()],
    [
      "an end with a status that is changed later",
      (res) => res.writeHead(201).end("a"),
      (res) => {
        res.statusCode = 500;
      },
    ],
  ])("the response looks as it would without: %s", async (_, ...steps) => {
    const see = (res: ServerResponse) => {
      const { headersSent, writableEnded, finished, statusCode, destroyed, writable } = res;
      return { headersSent, writableEnded, finished, statusCode, destroyed, writable };
    };
    const run = (res: ServerResponse) => [
      see(res),
      ...steps.map((step) => {
        step(res);
        return see(res);
      }),
    ];
    let bare: unknown;
    await ask(
      await serve((_, res) => {
        bare = run(res);
      }),
    );
    expect((await look(run)).seen).toEqual(bare);
  });

  it("the response has not finished, and says whether to wait", async () => {
    const finished = deferred<boolean>();
    const { seen } = await look((res) => {
      const see = () => [res.writableFinished, res.writableNeedDrain];
      res.on("finish", () => finished.resolve(res.writableFinished && res.finished));
      const before = see();
      res.flushHeaders();
      const headed = see();
      res.write("a");
      const written = see();
      res.end("b");
      return [before, headed, written, see()];
    });
    expect(seen).toEqual([
      [false, false],
      [false, false],
      [false, true],
      [false, false],
    ]);
    expect(await finished.promise).toBe(true);
  });

  it("pipelines and streams wait, and end", async () => {
    const { answer } = await look(async (res) => {
      res.write("a");
      await pipeline(Readable.from(["b", "c"]), res);
    });
    expect(answer.text).toBe("abc");
  });

  it("the implicit head may be asked for again", async () => {
    const { answer } = await look((res) => {
      res.writeHead(201);
      res.write("a");
      res.writeHead(201);
      res.end("b");
    });
    expect([answer.status, answer.text]).toEqual([201, "ab"]);
  });

  it("headers can't be changed any more", async () => {
    const { seen, answer } = await look((res) => {
      res.setHeader("x-a", "1").end("hello");
      return [
        attempt(() => res.setHeader("content-length", 2)),
        attempt(() => res.appendHeader("x-a", "2")),
        attempt(() => res.removeHeader("x-a")),
        attempt(() => res.setHeaders(new Map([["x-a", "2"]]))),
        attempt(() => res.writeHead(404, { "x-a": "2" })),
      ];
    });
    expect(seen).toEqual(Array(5).fill("ERR_HTTP_HEADERS_SENT"));
    expect([answer.status, answer.text, answer.headers.get("x-a")]).toEqual([200, "hello", "1"]);
  });

  it("a changed status comes too late", async () => {
    const { answer } = await look((res) => {
      res.statusCode = 201;
      res.end("a");
      res.statusCode = 500;
    });
    expect(answer.status).toBe(201);
  });

  it("a second end is what it always was", async () => {
    const { answer } = await look((res) => res.end("a").end());
    expect([answer.status, answer.text]).toEqual([200, "a"]);
  });

  it("what is written after the end is an error", async () => {
    const failed = deferred<Error>();
    const { answer } = await look((res) => {
      res.on("error", failed.resolve);
      res.end("a");
      res.write("b");
    });
    expect(answer.text).toBe("a");
    expect(await failed.promise).toMatchObject({ code: "ERR_STREAM_WRITE_AFTER_END" });
  });

  it("nothing of it stays behind", async () => {
    const { answer } = await look((res) => {
      res.on("finish", () => {
        expect([res.headersSent, res.writableEnded, res.statusCode]).toEqual([true, true, 200]);
        expect(attempt(() => res.setHeader("x-a", "1"))).toBe("ERR_HTTP_HEADERS_SENT");
      });
      res.end("a");
    });
    expect(answer.text).toBe("a");
  });

  it("the handler can destroy the response", async () => {
    const { origin, allow } = await hold((res) => {
      res.write("a");
      res.destroy();
      res.end("b");
      allow();
    });
    await expect(ask(origin)).rejects.toThrow();
    await expect(ask(origin)).rejects.toThrow();
  });

  it("the client can go away", async () => {
    const closed = deferred();
    const { origin, signing, allow } = await hold((res, req) => {
      if (req.url === "/stay") return res.end("still here");
      res.on("close", () => closed.resolve());
      res.write("a");
      return pipeline(Readable.from(bytes(1), { objectMode: false }), res).catch(() => {});
    });
    const leaving = request(origin).on("error", () => {});
    leaving.end();
    await signing;
    leaving.destroy();
    await closed.promise;
    allow();
    expect((await ask(`${origin}/stay`)).text).toBe("still here");
  });
});
