import { once } from "node:events";
import {
  connect,
  createServer,
  type Http2ServerResponse,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { Session } from "@websession/core";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { withSession } from "../src/node.ts";
import { type Data, deferred, providers, tooMuch, warmUp } from "./node-helpers.ts";

type Handler = (session: Session<Data>, res: Http2ServerResponse) => unknown;

describe.each(providers)("node:http2 with %s", async (_, hmac) => {
  async function open(handler: Handler, headers: OutgoingHttpHeaders = {}) {
    const { sessions, events } = await warmUp({ hmac });
    const server = createServer(withSession(sessions, (_, res: Http2ServerResponse, session) => handler(session, res)));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    onTestFinished(() => {
      client.destroy();
      server.close();
    });
    const stream = client.request({ ":path": "/", ...headers });
    stream.end();
    return { client, stream, events };
  }

  async function ask(handler: Handler) {
    const { stream, events } = await open(handler);
    const [headers] = (await once(stream, "response")) as [IncomingHttpHeaders & { ":status"?: number }];
    const text = Buffer.concat(await stream.toArray()).toString();
    expect(events).toEqual([]);
    return { headers, text };
  }

  it("gives a session and commits it", async () => {
    const { headers, text } = await ask((session, res) => {
      session.set("visits", 1);
      res.setHeader("set-cookie", "a=1");
      res.writeHead(201, { "x-a": "1", vary: "accept" });
      res.write("a");
      res.end("b");
    });
    expect([headers[":status"], headers["x-a"], headers.vary, text]).toEqual([201, "1", "accept, Cookie", "ab"]);
    expect(headers["set-cookie"]).toEqual(["a=1", expect.stringMatching(/^__Host-session=./)]);
  });

  it("leaves an untouched session's answer alone", async () => {
    const { headers, text } = await ask((_, res) => res.end("a"));
    expect([Object.keys(headers).sort(), text]).toEqual([[":status", "date"], "a"]);
  });

  it("sends a stream", async () => {
    const { headers, text } = await ask((session, res) => {
      session.set("visits", 1);
      Readable.from(["a", "b", "c"]).pipe(res);
    });
    expect([headers["set-cookie"]?.length, text]).toEqual([1, "abc"]);
  });

  it.each([
    ["http", 1],
    ["https", 0],
  ])("tells whether the cookie can arrive by %s", async (scheme, count) => {
    const write: Handler = (session, res) => {
      session.set("visits", 1);
      res.end();
    };
    const { stream, events } = await open(write, { ":scheme": scheme, ":authority": "shop.example" });
    await once(stream, "response");
    expect(events).toEqual(Array(count).fill({ type: "insecure-request" }));
  });

  it("commits although the client has left", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    onTestFinished(() => logged.mockRestore());
    const arrived = deferred();
    const answered = deferred<boolean>();
    const { client, stream } = await open(async (session, res) => {
      arrived.resolve();
      await once(res, "close");
      await new Promise(setImmediate);
      session.set("visits", 1);
      answered.resolve(res.end("a") === res);
    });
    stream.on("error", () => {});
    await arrived.promise;
    client.destroy();
    expect(await answered.promise).toBe(true);
    expect(logged).not.toHaveBeenCalled();
  });

  it("answers a failing commit with a bare 500", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    onTestFinished(() => logged.mockRestore());
    const { headers, text } = await ask((session, res) => {
      session.set("text", tooMuch);
      res.setHeader("content-type", "text/plain");
      res.end("hello");
    });
    expect([headers[":status"], headers["content-type"], text]).toEqual([500, undefined, ""]);
    expect(logged).toHaveBeenCalledOnce();
  });
});
