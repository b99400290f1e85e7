import { createSessions, type Session, type SessionEvent } from "@websession/core";
import { Hono } from "hono";
import { upgradeWebSocket } from "hono/cloudflare-workers";
import { describe, expect, it } from "vitest";
import { session } from "../src/hono.ts";

interface Data {
  text: string;
}

const upgrade = { headers: { upgrade: "websocket" } };

/** A WebSocket whose handler uses the session, and what the client's request for it led to. */
async function connect(use: (session: Session<Data>) => unknown) {
  const events: SessionEvent["type"][] = [];
  const sessions = createSessions<Data>({
    secrets: "a secret for tests that is long enough",
    onEvent: ({ type }) => events.push(type),
  });
  const app = new Hono().use(session(sessions)).get(
    "/",
    async (c, next) => {
      use(c.var.session);
      await next();
    },
    upgradeWebSocket(() => ({ onMessage: (event, socket) => socket.send(`echo ${event.data}`) })),
  );
  app.onError((error, c) => c.text("code" in error ? String(error.code) : error.message, 500));
  return { response: await app.request("/", upgrade), events };
}

/** The answer to one message over the socket. */
async function echo(response: Response): Promise<unknown> {
  const { webSocket } = response as Response & { webSocket: WebSocket & { accept(): void } };
  webSocket.accept();
  const answer = new Promise((resolve) => webSocket.addEventListener("message", ({ data }) => resolve(data)));
  webSocket.send("hello");
  return answer;
}

describe("a WebSocket upgrade in Hono", () => {
  it("works where the session is only read", async () => {
    const { response, events } = await connect((session) => session.get("text"));
    expect([response.status, await echo(response), events]).toEqual([101, "echo hello", []]);
  });

  it("works where the session is written, and an event tells that its cookie was not sent", async () => {
    const { response, events } = await connect((session) => session.set("text", "written"));
    expect([response.status, await echo(response), events]).toEqual([101, "echo hello", ["cookie-not-sent"]]);
  });

  it("is an error page where the commit fails", async () => {
    const { response } = await connect((session) => session.set("text", "x".repeat(5000)));
    expect([response.status, await response.text()]).toEqual([500, "ERR_TOKEN_TOO_LARGE"]);
  });
});
