import { describe, expect, it } from "vitest";
import { encrypted } from "../src/encrypted.ts";
import {
  bearer,
  createSessions,
  header,
  memoryStore,
  type Session,
  type SessionEvent,
  type SessionOptions,
  type Transport,
} from "../src/index.ts";
import { OLD_SECRET, SECRET, START } from "./helpers.ts";

type Write = (session: Session) => unknown;

/** Sessions that travel in a header, and a client that keeps what it is told there. */
function setUp(transport: Transport, options: Partial<SessionOptions> = {}) {
  const clock = { seconds: START };
  const events: SessionEvent[] = [];
  const sessions = createSessions({
    secrets: SECRET,
    now: () => clock.seconds * 1000,
    onEvent: (event) => events.push(event),
    transport,
    ...options,
  });
  const name = transport.header;
  const visit = (value: string | undefined, handler: Write = touch, url = "https://example.com/") =>
    sessions.handle(new Request(url, { headers: value === undefined ? {} : { [name]: value } }), async (session) => {
      const result = await handler(session);
      return result instanceof Response ? result : new Response("ok");
    });
  const begin = async (write: Write = fill) => valueIn(await visit(undefined, write));
  const valueIn = (response: Response) => response.headers.get(name) ?? expect.unreachable("no token in the response");
  const dataOf = async (value: string) =>
    Object.fromEntries(await sessions.load({ headers: new Headers({ [name]: value }) }));
  return { sessions, clock, events, visit, begin, valueIn, dataOf, name };
}

const fill: Write = (session) => session.set("a", 1);
const touch: Write = (session) => session.has("a");
const tokenShape = /^[\w-]+\.[\w-]+\.[\w-]{43}$/;

const transports: [name: string, transport: Transport, header: string, scheme: string][] = [
  ["header()", header(), "x-session", ""],
  ["header of another name", header("X-Visitor"), "X-Visitor", ""],
  ["bearer()", bearer(), "authorization", "Bearer "],
];

describe.each(transports)("a session by %s", (_name, transport, name, scheme) => {
  it("comes in the header and goes back in it, with the tokens of cookies", async () => {
    const { visit, begin, valueIn, dataOf } = setUp(transport);
    const first = await begin();
    expect(first.startsWith(scheme)).toBe(true);
    expect(first.slice(scheme.length)).toMatch(tokenShape);
    const response = await visit(first, (session) => {
      expect([session.isNew, session.get("a")]).toEqual([false, 1]);
      session.set("b", 2);
    });
    expect(await dataOf(valueIn(response))).toEqual({ a: 1, b: 2 });
  });

  it("has the response vary by the header, keeps it out of caches, and sets no cookie", async () => {
    const { visit, begin } = setUp(transport);
    const policy = ({ headers }: Response) => [headers.get("vary"), headers.get("cache-control"), headers.has(name)];
    const value = await begin();
    expect(policy(await visit(undefined, fill))).toEqual([name, "private, no-store", true]);
    expect(policy(await visit(value))).toEqual([name, "private", false]);
    expect(policy(await visit(value, () => undefined))).toEqual([null, null, false]);
    for (const write of [fill, touch, (session: Session) => session.destroy()]) {
      expect((await visit(value, write)).headers.getSetCookie()).toEqual([]);
    }
  });

  it("adds to Vary what is missing, once, in whatever case", async () => {
    const { visit } = setUp(transport);
    const varied = async (vary: string) =>
      (
        await visit(undefined, (session) => {
          touch(session);
          return new Response("", { headers: { vary } });
        })
      ).headers.get("vary");
    expect(await varied("Accept")).toBe(`Accept, ${name}`);
    expect(await varied(name.toUpperCase())).toBe(name.toUpperCase());
    expect(await varied("*")).toBe("*");
  });

  it("replaces a public Cache-Control where it sends a token", async () => {
    const { visit, events } = setUp(transport);
    const response = await visit(undefined, (session) => {
      fill(session);
      return new Response("", { headers: { "cache-control": "public, max-age=60" } });
    });
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    expect(events).toEqual([{ type: "cacheable-response", cacheControl: "public, max-age=60" }]);
  });

  it("is an empty header once it has ended, whatever ended it", async () => {
    const { visit, begin, clock } = setUp(transport, { lifetime: { idle: 60 } });
    const value = await begin();
    for (const end of [(session: Session) => session.destroy(), (session: Session) => session.clear()]) {
      expect((await visit(value, end)).headers.get(name)).toBe("");
    }
    clock.seconds += 60;
    expect((await visit(value)).headers.has(name)).toBe(false);
    expect((await visit(value, (session) => session.destroy())).headers.get(name)).toBe("");
    expect((await visit(undefined, (session) => session.destroy())).headers.has(name)).toBe(false);
  });

  it("is renewed when it is used, and when the secret is an old one", async () => {
    const old = setUp(transport, { secrets: OLD_SECRET, lifetime: { idle: 1000 } });
    const value = await old.begin();
    expect((await old.visit(value)).headers.has(name)).toBe(false);
    old.clock.seconds += 500;
    const renewed = old.valueIn(await old.visit(value));
    old.clock.seconds += 900;
    expect(await old.dataOf(renewed)).toEqual({ a: 1 });
    const { visit, valueIn } = setUp(transport, { secrets: [SECRET, OLD_SECRET] });
    expect(await setUp(transport).dataOf(valueIn(await visit(value)))).toEqual({ a: 1 });
  });

  it("leaves the response of an untouched session as it is", async () => {
    const { visit, begin } = setUp(transport);
    const response = new Response("ok");
    const before = [...response.headers];
    expect(await visit(await begin(), () => response)).toBe(response);
    expect([...response.headers]).toEqual(before);
  });

  it("takes the place of a token that is on the response already", async () => {
    const { sessions, valueIn, dataOf } = setUp(transport);
    const response = new Response("ok", { headers: { "set-cookie": "theme=dark" } });
    for (const value of [1, 2]) {
      const session = await sessions.load(new Request("https://example.com/"));
      session.set("a", value);
      await sessions.commit(session, response);
      await sessions.commit(session, response);
    }
    expect(await dataOf(valueIn(response))).toEqual({ a: 2 });
    expect(response.headers.getSetCookie()).toEqual(["theme=dark"]);
  });

  it.each([
    ["nothing", ""],
    ["a word", "x"],
    ["two tokens", "a.b.c, d.e.f"],
    ["100 KB", "a".repeat(102_400)],
    ["the scheme alone", "Bearer"],
    ["the scheme twice", "Bearer Bearer a.b.c"],
    ["another scheme", "Basic dXNlcjpwYXNz"],
    ["another scheme with our token's shape", `Basic a.b.${"A".repeat(43)}`],
    ["no scheme, or the name of one", "Bearera.b.c"],
  ])("is none where the header has %s", async (_what, value) => {
    const { visit } = setUp(transport);
    const response = await visit(value, (session) => expect([session.isNew, session.size]).toEqual([true, 0]));
    expect(response.headers.has(name)).toBe(false);
  });

  it("of another header, or of a cookie, is worth nothing", async () => {
    const { begin, dataOf, events } = setUp(transport);
    const token = (await begin()).slice(scheme.length);
    const elsewhere = setUp(header("x-elsewhere"));
    expect(await elsewhere.dataOf(token)).toEqual({});
    const other = await elsewhere.begin();
    expect(await dataOf(scheme + other)).toEqual({});
    const cookies = createSessions({ secrets: SECRET });
    const cookie = `__Host-session=${token}`;
    expect((await cookies.load({ headers: new Headers({ cookie }) })).isNew).toBe(true);
    expect(events).toEqual([{ type: "token-rejected", reason: "unknown-key" }]);
  });

  it("does not look at cookies", async () => {
    const { sessions, begin } = setUp(transport);
    const token = (await begin()).slice(scheme.length);
    const cookie = ["x-session", "authorization", "__Host-session"].map((each) => `${each}=${token}`).join("; ");
    expect((await sessions.load({ headers: new Headers({ cookie }) })).isNew).toBe(true);
  });

  it("works over plain http without an event: no browser drops it", async () => {
    const { visit, events } = setUp(transport);
    await visit(undefined, fill, "http://api.example.com/");
    expect(events).toEqual([]);
  });

  it("may have 8000 bytes with its name, and no more", async () => {
    const { visit, begin } = setUp(transport);
    const failing = visit(undefined, (session) => session.set("text", "x".repeat(6000)));
    await expect(failing).rejects.toEqual(expect.objectContaining({ code: "ERR_TOKEN_TOO_LARGE" }));
    await expect(failing).rejects.toThrow(`may have ${8000 - scheme.length}.`);
    const value = await begin((session) => session.set("text", "x".repeat(5800)));
    expect(name.length + value.length).toBeLessThanOrEqual(8000);
    expect(name.length + value.length).toBeGreaterThan(7500);
  });

  it("keeps its data in a store, and changes its header only with its generation", async () => {
    const { visit, begin, valueIn, dataOf, clock } = setUp(transport, { store: memoryStore() });
    const value = await begin();
    expect((await visit(value, (session) => session.set("a", 2))).headers.has(name)).toBe(false);
    expect(await dataOf(value)).toEqual({ a: 2 });
    const login = valueIn(await visit(value, (session) => session.login("ada")));
    await visit(login, (session) => session.set("a", 3));
    // For a moment the former token shows what it showed before.
    expect([await dataOf(value), await dataOf(login)]).toEqual([{ a: 2 }, { a: 3 }]);
    clock.seconds += 10;
    expect([await dataOf(value), await dataOf(login)]).toEqual([{}, { a: 3 }]);
    expect((await visit(login, (session) => session.destroy())).headers.get(name)).toBe("");
    expect(await dataOf(login)).toEqual({});
  });

  it("goes to the store where it is too large for the header, and comes back", async () => {
    const { visit, begin, valueIn, dataOf } = setUp(transport, { store: memoryStore(), overflow: "store" });
    const value = await begin((session) => session.set("text", "x".repeat(9000)));
    expect(value.length).toBeLessThan(400);
    expect(await dataOf(value)).toEqual({ text: "x".repeat(9000) });
    const small = valueIn(await visit(value, (session) => session.set("text", "little")));
    expect(await dataOf(small)).toEqual({ text: "little" });
  });

  it("may be encrypted, and revoked", async () => {
    const { visit, begin, dataOf } = setUp(transport, { codec: encrypted(), revocations: memoryStore() });
    const value = await begin();
    expect(value.split(".")).toHaveLength(5);
    expect(await dataOf(value)).toEqual({ a: 1 });
    await visit(value, (session) => session.destroy());
    expect(await dataOf(value)).toEqual({});
  });
});

describe("bearer()", () => {
  it.each(["Bearer", "bearer", "BEARER", "bEaReR"])("takes the scheme as %s", async (scheme) => {
    const { begin, dataOf, events } = setUp(bearer());
    const token = (await begin()).replace("Bearer ", "");
    expect(await dataOf(`${scheme} ${token}`)).toEqual({ a: 1 });
    expect(await dataOf(`${scheme}    ${token} `)).toEqual({ a: 1 });
    expect(events).toEqual([]);
  });

  it("says nothing of another scheme: those credentials are somebody else's", async () => {
    const { visit, events } = setUp(bearer());
    await visit("Basic dXNlcjpwYXNz");
    await visit("Digest username=ada");
    expect(events).toEqual([]);
  });

  it("reports a token that is not ours", async () => {
    const { visit, events } = setUp(bearer());
    await visit("Bearer somebody-else");
    expect(events).toEqual([{ type: "token-rejected", reason: "malformed" }]);
  });
});
