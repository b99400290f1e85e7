import { describe, expect, it } from "vitest";
import { setUp, touch } from "./helpers.ts";

/** Commits a written session to a response. */
async function commitTo(response: Response) {
  const test = setUp();
  const session = await test.sessions.load(new Request("http://localhost/"));
  session.set("a", 1);
  return { ...test, committed: await test.sessions.commit(session, response) };
}

describe("commit to every kind of response", () => {
  it("keeps the same object where its headers can be changed", async () => {
    const response = new Response("ok");
    expect((await commitTo(response)).committed).toBe(response);
  });

  it("copies a redirect, whose headers are immutable", async () => {
    const { committed } = await commitTo(Response.redirect("https://example.com/next", 303));
    expect([committed.status, committed.headers.get("location")]).toEqual([303, "https://example.com/next"]);
    expect(committed.headers.getSetCookie()).toHaveLength(1);
  });

  it("keeps body, status, status text and all headers of a copy", async () => {
    const headers = new Headers({ "content-type": "text/plain", etag: '"1"', "cache-control": "max-age=1" });
    headers.append("set-cookie", "a=1; Path=/");
    headers.append("set-cookie", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT");
    const original = immutable(new Response("the body", { status: 418, statusText: "Teapot", headers }));
    const { committed } = await commitTo(original);
    expect(committed).not.toBe(original);
    expect([committed.status, committed.statusText, await committed.text()]).toEqual([418, "Teapot", "the body"]);
    expect([committed.headers.get("etag"), committed.headers.get("content-type")]).toEqual(['"1"', "text/plain"]);
    expect(committed.headers.getSetCookie().slice(0, 2)).toEqual([
      "a=1; Path=/",
      "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
    ]);
    expect(committed.headers.getSetCookie()).toHaveLength(3);
  });

  it.each([[204], [205], [304]])("works without a body: %i", async (status) => {
    const { committed } = await commitTo(new Response(null, { status }));
    expect([committed.status, committed.body, committed.headers.getSetCookie().length]).toEqual([status, null, 1]);
  });

  it.each([["mutable"], ["immutable"]])(
    "passes a stream through as it flows, neither locked nor buffered: %s",
    async (kind) => {
      let send: ReadableStreamDefaultController<Uint8Array> | undefined;
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          send = controller;
        },
      });
      const response = new Response(stream);
      const { committed } = await commitTo(kind === "mutable" ? response : immutable(response));
      expect(committed.bodyUsed).toBe(false);
      const reader = (committed.body as ReadableStream<Uint8Array>).getReader();
      const encoder = new TextEncoder();
      for (const part of ["one", "two"]) {
        send?.enqueue(encoder.encode(part));
        expect(new TextDecoder().decode((await reader.read()).value)).toBe(part);
      }
      send?.close();
      expect((await reader.read()).done).toBe(true);
    },
  );

  it("returns Response.error() as it came, and tells that the cookie was lost", async () => {
    const response = Response.error();
    const { committed, events } = await commitTo(response);
    expect(committed).toBe(response);
    expect(events).toEqual([{ type: "cookie-not-sent", status: 0 }]);
  });

  it("returns a 101 untouched, and tells if a cookie was lost", async () => {
    const upgrade = withStatus101();
    const { committed, events } = await commitTo(upgrade);
    expect(committed).toBe(upgrade);
    expect([...committed.headers]).toEqual([]);
    expect(events).toEqual([{ type: "cookie-not-sent", status: 101 }]);
  });

  it("says nothing of a 101 whose session did not change", async () => {
    const { visit, cookieOf, events } = setUp();
    const cookie = await cookieOf((session) => session.set("a", 1));
    const upgrade = withStatus101();
    const response = await visit(cookie, (session) => {
      touch(session);
      return upgrade;
    });
    expect(response).toBe(upgrade);
    expect(events).toEqual([]);
  });

  it("awaits a handler's promise", async () => {
    const { sessions } = setUp();
    const response = await sessions.handle(new Request("http://localhost/"), async (session) => {
      await Promise.resolve();
      session.set("a", 1);
      return new Response("late");
    });
    expect([await response.text(), response.headers.getSetCookie().length]).toEqual(["late", 1]);
  });

  it("puts the same on headers of other servers", async () => {
    const { sessions, dataOf } = setUp();
    const session = await sessions.load(new Request("http://localhost/"));
    session.set("a", 1);
    const headers = new Headers();
    await sessions.commitHeaders(session, headers);
    expect([headers.get("vary"), headers.get("cache-control")]).toEqual(["Cookie", "private, no-store"]);
    expect(await dataOf(String(headers.getSetCookie()[0]?.split(";")[0]))).toEqual({ a: 1 });
  });

  it("answers at once where there is nothing to wait for", async () => {
    const { sessions } = setUp();
    const session = await sessions.load(new Request("http://localhost/"));
    session.has("a");
    const headers = new Headers();
    expect(sessions.commitHeaders(session, headers)).toBeUndefined();
    expect(headers.get("vary")).toBe("Cookie");
  });
});

describe("fields that speak to one cache alone (RFC 9213)", () => {
  const fields = [
    "CDN-Cache-Control",
    "Surrogate-Control",
    "Cloudflare-CDN-Cache-Control",
    "Vercel-CDN-Cache-Control",
    "Netlify-CDN-Cache-Control",
    "Deno-CDN-Cache-Control",
    "Akamai-Cache-Control",
    "Edge-Control",
  ];
  const bodies: [kind: string, make: (headers: Record<string, string>) => Response][] = [
    ["a response", (headers) => new Response("", { headers })],
    ["a response with immutable headers", (headers) => immutable(new Response("", { headers }))],
  ];

  describe.each(bodies)("on %s", (_kind, make) => {
    it.each(fields)("%s is removed where the session cookie is sent, which is told", async (field) => {
      for (const value of [
        "max-age=600",
        "public, s-maxage=1",
        "!no-store, max-age=600",
        'private="x-user", max-age=5',
      ]) {
        const { committed, events } = await commitTo(make({ [field]: value }));
        expect([committed.headers.get(field), committed.headers.getSetCookie().length]).toEqual([null, 1]);
        expect(committed.headers.get("cache-control")).toBe("private, no-store");
        expect(events).toEqual([{ type: "cacheable-response", cacheControl: `${field.toLowerCase()}: ${value}` }]);
      }
    });

    it.each(fields)("%s stays where it keeps the cache from storing", async (field) => {
      for (const value of ["no-store", "private", "max-age=0, PRIVATE", "No-Store, max-age=0"]) {
        const { committed, events } = await commitTo(make({ [field]: value }));
        expect([committed.headers.get(field), events]).toEqual([value, []]);
      }
    });

    it("stay where no cookie is sent", async () => {
      const { visit, cookieOf, events } = setUp();
      const cookie = await cookieOf((session) => session.set("a", 1));
      for (const handler of [touch, () => {}]) {
        const response = await visit(cookie, (session) => {
          handler(session);
          return make(Object.fromEntries(fields.map((field) => [field, "max-age=600"])));
        });
        expect(fields.map((field) => response.headers.get(field))).toEqual(fields.map(() => "max-age=600"));
      }
      expect(events).toEqual([]);
    });
  });

  it("are removed where the cookie is cleared", async () => {
    const { visit, cookieOf } = setUp();
    const cookie = await cookieOf((session) => session.set("a", 1));
    const response = await visit(cookie, (session) => {
      session.destroy();
      return new Response("", { headers: { "cdn-cache-control": "max-age=600" } });
    });
    expect([response.headers.get("cdn-cache-control"), response.headers.getSetCookie().length]).toEqual([null, 1]);
  });

  it("and X-Accel-Expires of nginx", async () => {
    const { committed } = await commitTo(new Response("", { headers: { "x-accel-expires": "600" } }));
    expect(committed.headers.get("x-accel-expires")).toBeNull();
  });

  it("keeps a redirect out of caches", async () => {
    const { committed } = await commitTo(Response.redirect("https://example.com/next", 301));
    expect([committed.status, committed.headers.get("cache-control")]).toEqual([301, "private, no-store"]);
  });
});

/** As fetch gives it: everything in place, the headers closed. */
function immutable(response: Response): Response {
  const refuse = () => {
    throw new TypeError("immutable");
  };
  for (const method of ["append", "set", "delete"]) Object.defineProperty(response.headers, method, { value: refuse });
  return response;
}

/** Only Workers can construct a 101, with a WebSocket in it; see websocket.workerd.test.ts. */
function withStatus101(): Response {
  return Object.defineProperty(new Response(null), "status", { value: 101 });
}
