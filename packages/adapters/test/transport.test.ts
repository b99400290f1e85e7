import { createSessions, type Session } from "@websession/core";
import { Hono } from "hono";
import { stream } from "hono/streaming";
import { describe, expect, it } from "vitest";
import { withSession } from "../src/fetch.ts";
import { type SessionEnv, session } from "../src/hono.ts";
import { carry, TEXT, ways } from "./transports.ts";

const SECRET = "a secret for tests that is long enough";
const fill = (session: Session) => session.set("text", TEXT);
const textIn = (session: Session) => String(session.get("text"));
const encoder = new TextEncoder();

describe.each(ways)("a session by $name", ({ options, lines, vary }) => {
  const sessions = createSessions({ secrets: SECRET, ...options() });

  const app = new Hono<SessionEnv>();
  app.use(session(sessions));
  app.get("/read", (c) => c.text(textIn(c.var.session)));
  app.get("/end", (c) => {
    c.var.session.destroy();
    return c.text("ended");
  });
  app.use("/fill/*", async (c, next) => {
    fill(c.var.session);
    c.header("set-cookie", "theme=dark", { append: true });
    await next();
  });
  app.get("/fill/text", (c) => c.text("ok"));
  app.get("/fill/redirect", (c) => c.redirect("/read", 303));
  app.get("/fill/response", () => new Response("ok", { headers: { "set-cookie": "theme=dark" } }));
  app.get("/fill/stream", (c) => stream(c, async (out) => void (await out.write(encoder.encode("ok")))));

  it.each(["text", "redirect", "response", "stream"])("comes and goes through Hono, answering by %s", async (kind) => {
    const first = await app.request(`/fill/${kind}`);
    expect(await first.text()).toBe(kind === "redirect" ? "" : "ok");
    expect([first.headers.get("vary"), first.headers.get("cache-control")]).toEqual([vary, "private, no-store"]);
    const cookies = first.headers.getSetCookie();
    expect(cookies.filter((line) => line.startsWith("__Host-session"))).toHaveLength(lines);
    expect(cookies.filter((line) => line === "theme=dark").length).toBeGreaterThan(0);
    const headers = carry(first.headers);
    expect(await (await app.request("/read", { headers })).text()).toBe(TEXT);
    const ended = await app.request("/end", { headers });
    expect(carry(ended.headers)).toEqual({});
    expect(ended.headers.getSetCookie()).toHaveLength(lines);
  });

  it.each<[string, () => Response]>([
    ["a response", () => new Response("ok", { headers: { "set-cookie": "theme=dark" } })],
    ["a redirect, whose headers are immutable", () => Response.redirect("https://example.com/next", 303)],
    ["a stream", () => new Response(new Blob(["ok"]).stream())],
  ])("comes and goes through fetch, answering by %s", async (_, answer) => {
    const write = withSession(sessions, (_request, session) => {
      fill(session);
      return answer();
    });
    const read = withSession(sessions, (_request, session) => new Response(textIn(session)));
    const first = await write(new Request("https://example.com/"));
    expect(first.headers.getSetCookie().filter((line) => line.startsWith("__Host-session"))).toHaveLength(lines);
    const second = await read(new Request("https://example.com/", { headers: carry(first.headers) }));
    expect(await second.text()).toBe(TEXT);
    expect(second.headers.get("vary")).toBe(vary);
  });
});
