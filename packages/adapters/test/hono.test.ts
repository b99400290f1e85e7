import { createSessions, memoryStore, type Session } from "@websession/core";
import { Hono } from "hono";
import { stream, streamText } from "hono/streaming";
import { describe, expect, expectTypeOf, it } from "vitest";
import { type SessionEnv, session } from "../src/hono.ts";

interface Data {
  visits: number;
}

const SECRET = "a secret for tests that is long enough";
const sessions = createSessions<Data>({ secrets: SECRET });

function count(session: Session<Data>): number {
  const visits = (session.get("visits") ?? 0) + 1;
  session.set("visits", visits);
  return visits;
}

const cookieOf = (response: Response): string => String(response.headers.getSetCookie().at(-1)).split(";")[0] ?? "";

/** Every way in which a Hono handler answers, with a session that was written. */
const app = new Hono<SessionEnv<Data>>();
app.use(session(sessions));
app.get("/text", (c) => c.text(`${count(c.var.session)}`));
app.get("/json", (c) => c.json({ visits: count(c.var.session) }));
app.get("/redirect", (c) => {
  count(c.var.session);
  return c.redirect("/next");
});
app.get("/response", (c) => new Response(`${count(c.var.session)}`));
app.get("/static-redirect", (c) => {
  count(c.var.session);
  return Response.redirect("https://example.com/");
});
app.get("/stream-text", (c) => {
  const visits = count(c.var.session);
  return streamText(c, async (out) => {
    await out.write("visit ");
    await out.write(`${visits}`);
  });
});
app.get("/stream", (c) => {
  const visits = count(c.var.session);
  return stream(c, async (out) => void (await out.write(new TextEncoder().encode(`${visits}`))));
});
app.get("/throw", (c) => {
  count(c.var.session);
  throw new Error("from the handler");
});
app.get("/cookies", (c) => {
  count(c.var.session);
  c.header("set-cookie", "theme=dark", { append: true });
  return c.text("ok", 200, { "x-extra": "1" });
});
app.get("/untouched", (c) => c.text("ok"));
app.get("/too-large", (c) => {
  c.var.session.set("visits", "x".repeat(5000) as unknown as number);
  return c.text("lost");
});
app.onError((error, c) => c.text(`caught: ${error.message}`, 500));

describe("the Hono middleware", () => {
  it.each([
    ["/text", 200, "1"],
    ["/json", 200, '{"visits":1}'],
    ["/response", 200, "1"],
    ["/stream-text", 200, "visit 1"],
    ["/stream", 200, "1"],
    ["/redirect", 302, ""],
    ["/static-redirect", 302, ""],
    ["/throw", 500, "caught: from the handler"],
    ["/not-found", 404, "404 Not Found"],
  ])("keeps a session over two requests to %s", async (path, status, body) => {
    const first = await app.request(path);
    expect([first.status, await first.text()]).toEqual([status, body]);
    if (path === "/not-found") {
      expect(first.headers.getSetCookie()).toEqual([]);
      return;
    }
    expect(first.headers.getSetCookie()).toHaveLength(1);
    expect(first.headers.get("cache-control")).toBe("private, no-store");
    const second = await app.request("/text", { headers: { cookie: cookieOf(first) } });
    expect(await second.text()).toBe("2");
  });

  it("keeps other Set-Cookie lines and headers", async () => {
    const response = await app.request("/cookies");
    const lines = response.headers.getSetCookie();
    expect(lines.map((line) => line.split("=")[0]).sort()).toEqual(["__Host-session", "theme"]);
    expect(response.headers.get("x-extra")).toBe("1");
  });

  it("leaves the response of an untouched session as it is", async () => {
    const bare = await new Hono().get("/", (c) => c.text("ok")).request("/");
    const response = await app.request("/untouched");
    expect([...response.headers]).toEqual([...bare.headers]);
  });

  it("hands an error of the commit to onError", async () => {
    const response = await app.request("/too-large");
    expect(response.status).toBe(500);
    expect(await response.text()).toMatch(/^caught: The session cookie has \d+ bytes/);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it("gives the session its declared type, without a cast", () => {
    new Hono().use(session(sessions)).get("/", (c) => {
      expectTypeOf(c.var.session).toEqualTypeOf<Session<Data>>();
      expectTypeOf(c.get("session")).toEqualTypeOf<Session<Data>>();
      return c.body(null);
    });
    new Hono<SessionEnv<Data>>().get("/", (c) => {
      expectTypeOf(c.var.session.get("visits")).toEqualTypeOf<number | undefined>();
      // @ts-expect-error no such key
      c.var.session.get("visitz");
      return c.body(null);
    });
  });

  it("has the sessions at hand, to list and revoke with", async () => {
    const withStore = createSessions<Data>({ secrets: SECRET, store: memoryStore() });
    const owners = new Hono<SessionEnv<Data>>();
    owners.use(session(withStore));
    owners.get("/login", (c) => {
      c.var.session.login("ada");
      return c.body(null);
    });
    owners.get("/mine", async (c) => c.json(await c.var.sessions.list("ada", c.var.session.id)));
    const cookie = cookieOf(await owners.request("/login"));
    const list = await (await owners.request("/mine", { headers: { cookie } })).json();
    expect(list).toEqual([expect.objectContaining({ current: true })]);
  });

  it("makes the sessions of an environment once", async () => {
    let made = 0;
    const perEnv = new Hono<SessionEnv<Data> & { Bindings: { SECRET: string } }>();
    const source = (env: { SECRET: string }) => {
      made++;
      return createSessions<Data>({ secrets: env.SECRET });
    };
    perEnv.use(session(source)).get("/", (c) => c.text(`${count(c.var.session)}`));
    const env = { SECRET };
    const first = await perEnv.request("/", {}, env);
    const second = await perEnv.request("/", { headers: { cookie: cookieOf(first) } }, env);
    expect([await second.text(), made]).toEqual(["2", 1]);
    await perEnv.request("/", {}, { SECRET: `another ${SECRET}` });
    expect(made).toBe(2);
  });
});
