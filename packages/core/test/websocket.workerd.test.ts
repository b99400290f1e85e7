import { expect, it } from "vitest";
import { setUp } from "./helpers.ts";

declare const WebSocketPair: new () => { 0: WebSocket; 1: WebSocket & { accept(): void } };

it("passes a WebSocket upgrade on, with its socket, and tells if a cookie was lost", async () => {
  const { visit, events } = setUp();
  const pair = new WebSocketPair();
  pair[1].accept();
  const upgrade = new Response(null, { status: 101, webSocket: pair[0] } as ResponseInit);
  const response = await visit(undefined, (session) => {
    session.set("a", 1);
    return upgrade;
  });
  expect(response).toBe(upgrade);
  expect(response).toHaveProperty("webSocket", pair[0]);
  expect(events).toEqual([{ type: "cookie-not-sent", status: 101 }]);
});
