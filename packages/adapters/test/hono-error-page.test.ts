import { createSessions, memoryStore, type Session } from "@websession/core";
import { faulty } from "@websession/core/testing";
import { type Context, Hono } from "hono";
import { compress } from "hono/compress";
import { cors } from "hono/cors";
import { HTTPException } from "hono/http-exception";
import { describe, expect, it } from "vitest";
import { type SessionEnv, session } from "../src/hono.ts";

interface Data {
  text: string;
}

type Env = SessionEnv<Data>;

const SECRET = "a secret for tests that is long enough";
const sessions = createSessions<Data>({ secrets: SECRET });

/** What a page of Hono has that the answer of `onError` must not have. */
const pageHeaders = {
  "cache-control": "public, max-age=600",
  "cdn-cache-control": "max-age=600",
  "cloudflare-cdn-cache-control": "max-age=600",
  "surrogate-control": "max-age=600",
  "surrogate-key": "page",
  "x-accel-redirect": "/page",
  "content-disposition": "attachment",
  "content-encoding": "gzip",
  "content-language": "de",
  "content-length": "3",
  "content-location": "/page",
  etag: '"page"',
  expires: "Thu, 01 Jan 2099 00:00:00 GMT",
  "last-modified": "Thu, 01 Jan 2015 00:00:00 GMT",
  link: '</page>; rel="canonical"',
  location: "/elsewhere",
};

const tooMuch = (session: Session<Data>) => session.set("text", "x".repeat(5000));
const read = (session: Session<Data>) => session.has("text");
const write = (session: Session<Data>) => session.set("text", "written");

const setAll = (c: Context) => {
  for (const [name, value] of Object.entries(pageHeaders)) c.header(name, value);
};

/** Ways in which a page gets its headers before the commit fails. */
const pages: [name: string, page: (c: Context) => Response][] = [
  [
    "by c.header",
    (c) => {
      setAll(c);
      return c.text("page");
    },
  ],
  ["with c.body", (c) => c.body("page", 200, pageHeaders)],
  ["of a Response of its own", () => new Response("page", { headers: pageHeaders })],
  ["of a response whose headers are immutable", () => Response.redirect("https://example.com/elsewhere", 301)],
];

/** Ways in which onError answers. */
const errorPages: [name: string, answer: (c: Context) => Response][] = [
  ["c.text", (c) => c.text("sorry", 500)],
  ["a Response", () => new Response("sorry", { status: 500 })],
];

function appWith(answer: (c: Context) => Response, options: { cors?: boolean } = {}): Hono<Env> {
  const app = new Hono<Env>();
  app.onError((_, c) => answer(c));
  if (options.cors) app.use(cors({ origin: "https://app.example" }));
  app.use(session(sessions));
  return app;
}

const kept = (response: Response) => Object.keys(pageHeaders).filter((name) => response.headers.has(name));

describe.each(errorPages)("an error page by %s", (_, answer) => {
  it.each(pages)("has no header of the page whose commit failed: headers %s", async (_, page) => {
    const app = appWith(answer);
    app.get("/", (c) => {
      tooMuch(c.var.session);
      return page(c);
    });
    const response = await app.request("/");
    expect([response.status, await response.text()]).toEqual([500, "sorry"]);
    expect(kept(response)).toEqual([]);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it.each<[string, (session: Session<Data>) => unknown, string]>([
    ["read", read, "private"],
    ["wrote", write, "private, no-store"],
  ])("has no header of the handler that threw, after it %s the session", async (_, use, cacheControl) => {
    const app = appWith(answer);
    app.get("/", (c) => {
      use(c.var.session);
      setAll(c);
      throw new Error("from the handler");
    });
    const response = await app.request("/");
    expect([response.status, await response.text()]).toEqual([500, "sorry"]);
    expect(kept(response)).toEqual(["cache-control"]);
    expect(response.headers.get("cache-control")).toBe(cacheControl);
  });

  it("has none where middleware throws after the handler has answered", async () => {
    const app = appWith(answer);
    app.use(async (_, next) => {
      await next();
      throw new Error("from middleware");
    });
    app.get("/", (c) => {
      read(c.var.session);
      return c.body("page", 200, { ...pageHeaders, "content-encoding": "identity" });
    });
    const response = await app.request("/");
    expect(kept(response).filter((name) => name !== "content-encoding")).toEqual(["cache-control"]);
    expect(response.headers.get("cache-control")).toBe("private");
  });

  it("keeps what other middleware has set, and the application's cookies", async () => {
    for (const use of [tooMuch, read]) {
      const app = appWith(answer, { cors: true });
      app.get("/", (c) => {
        use(c.var.session);
        c.header("set-cookie", "theme=dark");
        c.header("content-security-policy", "default-src 'none'");
        setAll(c);
        if (use === tooMuch) return c.text("page");
        throw new Error("from the handler");
      });
      const response = await app.request("/", { headers: { origin: "https://app.example" } });
      expect(response.headers.get("access-control-allow-origin")).toBe("https://app.example");
      expect(response.headers.get("content-security-policy")).toBe("default-src 'none'");
      expect(response.headers.getSetCookie()).toEqual(["theme=dark"]);
      expect(response.headers.get("etag")).toBeNull();
    }
  });
});

describe("an error page", () => {
  it("keeps its own type and headers", async () => {
    const app = new Hono<Env>();
    app.onError((_, c) => c.json({ sorry: true }, 503, { "retry-after": "5", "cache-control": "no-store, max-age=0" }));
    app.use(session(sessions));
    app.get("/", (c) => {
      tooMuch(c.var.session);
      c.header("content-type", "image/png");
      return c.body("page");
    });
    const { headers, status } = await app.request("/");
    expect([status, headers.get("content-type"), headers.get("retry-after")]).toEqual([503, "application/json", "5"]);
    expect(headers.get("cache-control")).toBe("no-store, max-age=0");
  });

  it("can be compressed within the session", async () => {
    const app = appWith((c) => c.text("sorry ".repeat(1000), 500));
    app.use(compress());
    app.get("/", (c) => {
      write(c.var.session);
      throw new Error("from the handler");
    });
    const response = await app.request("/", { headers: { "accept-encoding": "gzip" } });
    expect(response.headers.get("content-encoding")).toBe("gzip");
    const body = response.body?.pipeThrough(new DecompressionStream("gzip"));
    expect(await new Response(body).text()).toBe("sorry ".repeat(1000));
  });

  it("is a sub-app's own, without a header of the page", async () => {
    const sub = new Hono<Env>();
    sub.onError((_, c) => c.text("sorry from the sub-app", 500));
    sub.use(session(sessions));
    sub.get("/", (c) => {
      tooMuch(c.var.session);
      return c.body("page", 200, pageHeaders);
    });
    const response = await new Hono().route("/sub", sub).request("/sub");
    expect(await response.text()).toBe("sorry from the sub-app");
    expect(kept(response)).toEqual([]);
  });

  it("is clean where the commit for a page that was not found fails", async () => {
    const app = appWith((c) => c.text("sorry", 500));
    app.notFound((c) => {
      tooMuch(c.get("session"));
      return c.body("page", 404, pageHeaders);
    });
    const response = await app.request("/nowhere");
    expect([response.status, kept(response)]).toEqual([500, []]);
  });

  it("is what a store that fails leads to, and the cookie stays", async () => {
    const store = faulty(memoryStore(), { failure: (operation) => (operation === "create" ? "before" : undefined) });
    const app = new Hono<Env>();
    app.onError((error, c) => c.text("code" in error ? String(error.code) : "", 503));
    app.use(session(createSessions<Data>({ secrets: SECRET, store })));
    app.get("/", (c) => {
      write(c.var.session);
      return c.body("page", 200, pageHeaders);
    });
    const response = await app.request("/");
    expect([response.status, await response.text(), kept(response)]).toEqual([503, "ERR_STORE", []]);
  });

  it("keeps the cookie of other sessions, whose commit did not fail, out of caches", async () => {
    const admins = createSessions({ secrets: SECRET, cookie: { name: "__Host-admin" } });
    const app = new Hono<Env>();
    app.onError((_, c) => c.text("sorry", 500));
    app.use(session(sessions)).get("/", session(admins, { name: "admin" }), (c) => {
      c.var.admin.login("ada");
      tooMuch(c.var.session);
      return c.body("page", 200, pageHeaders);
    });
    const response = await app.request("/");
    expect(response.headers.getSetCookie().map((line) => line.split("=")[0])).toEqual(["__Host-admin"]);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
  });

  it("of an HTTPException keeps the session and the headers of its own response", async () => {
    const app = new Hono<Env>();
    app.use(session(sessions));
    app.get("/redirect", (c) => {
      write(c.var.session);
      throw new HTTPException(302, { res: c.redirect("/login") });
    });
    app.get("/challenge", (c) => {
      write(c.var.session);
      const headers = { "www-authenticate": "Basic", "content-type": "text/html" };
      throw new HTTPException(401, { res: new Response("who?", { headers }) });
    });
    const redirect = await app.request("/redirect");
    expect([redirect.status, redirect.headers.get("location")]).toEqual([302, "/login"]);
    const challenge = await app.request("/challenge");
    expect([challenge.status, await challenge.text()]).toEqual([401, "who?"]);
    expect([challenge.headers.get("www-authenticate"), challenge.headers.get("content-type")]).toEqual([
      "Basic",
      "text/html",
    ]);
    for (const { headers } of [redirect, challenge]) expect(headers.getSetCookie()).toHaveLength(1);
  });
});
