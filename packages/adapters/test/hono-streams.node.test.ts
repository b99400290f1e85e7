import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createSessions, SessionError } from "@websession/core";
import { Hono } from "hono";
import { streamSSE, streamText } from "hono/streaming";
import { expect, it } from "vitest";
import { type SessionEnv, session } from "../src/hono.ts";
import { cookieIn, deferred, listen, tooMuch } from "./node-helpers.ts";

interface Data {
  text: string;
}

const sessions = createSessions<Data>({ secrets: "a secret for tests that is long enough" });

const serve = (app: Hono<SessionEnv<Data>>) => listen(createServer(getRequestListener(app.fetch)));
const textOf = async (cookie: string) => (await sessions.load({ headers: new Headers({ cookie }) })).get("text");

it("sends the cookie before the first event of a stream, which then flows", async () => {
  const received = deferred();
  const app = new Hono<SessionEnv<Data>>();
  app.use(session(sessions)).get("/", (c) => {
    c.var.session.set("text", "before the stream");
    return streamSSE(c, async (stream) => {
      await stream.writeSSE({ data: "one" });
      await received.promise;
      await stream.writeSSE({ data: "two" });
    });
  });
  const response = await fetch(await serve(app));
  expect(await textOf(cookieIn(response))).toBe("before the stream");
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk);
    if (text.includes("one")) received.resolve();
  }
  expect(text).toBe("data: one\n\ndata: two\n\n");
});

it("tells a stream that writes to the session too late", async () => {
  const received = deferred();
  const told = deferred<Error>();
  const app = new Hono<SessionEnv<Data>>();
  app.use(session(sessions)).get("/", (c) =>
    streamText(
      c,
      async (stream) => {
        await stream.write("one");
        await received.promise;
        c.var.session.set("text", "too late");
      },
      async (error) => told.resolve(error),
    ),
  );
  const response = await fetch(await serve(app));
  received.resolve();
  expect(await response.text()).toBe("one");
  const error = await told.promise;
  expect([error instanceof SessionError && error.code, response.headers.getSetCookie()]).toEqual([
    "ERR_SESSION_COMMITTED",
    [],
  ]);
});

it("answers with an error page, framed as such, where the commit for a stream fails", async () => {
  const app = new Hono<SessionEnv<Data>>();
  app.onError((_, c) => c.text("sorry", 500));
  app.use(session(sessions)).get("/", (c) => {
    c.var.session.set("text", tooMuch);
    return streamSSE(c, (stream) => stream.writeSSE({ data: "never sent" }));
  });
  const response = await fetch(await serve(app));
  expect([response.status, await response.text()]).toEqual([500, "sorry"]);
  expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
  expect(response.headers.get("cache-control")).toBeNull();
});
