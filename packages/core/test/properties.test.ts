import fc from "fast-check";
import { expect, it } from "vitest";
import { type CookieOptions, chunk } from "../src/index.ts";
import { kinds } from "./forge.ts";
import { cookieIn, START, setUp, touch } from "./helpers.ts";
import { parseSetCookie, scopeOf } from "./scoped-jar.ts";

const data = fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { minKeys: 1, maxKeys: 4 });
const secret = fc.string({ minLength: 32, maxLength: 40 });
const name = fc.stringMatching(/^[a-zA-Z0-9!#$%&'*+.^_`|~-]{1,12}$/).filter((text) => !text.startsWith("__"));

it("commit of an unchanged session changes nothing, whatever is in it and however it was read", async () => {
  const reads = fc.constantFrom("get", "iterate", "keys");
  await fc.assert(
    fc.asyncProperty(data, reads, async (values, read) => {
      const { visit, cookieOf } = setUp();
      const cookie = await cookieOf((session) => {
        for (const [key, value] of Object.entries(values)) session.set(key, value);
      });
      const response = await visit(cookie, (session) => {
        touch(session);
        if (read === "get") for (const key of Object.keys(values)) session.get(key);
        if (read === "iterate") for (const [key] of session) session.has(key);
        if (read === "keys") for (const key of session.keys()) session.has(key);
        expect(session.status).toBe("unchanged");
      });
      expect(response.headers.getSetCookie()).toEqual([]);
    }),
  );
});

it.each(kinds)(
  "$kind tokens of one manager are absent to every other, by secret and by cookie name",
  async ({ make }) => {
    await fc.assert(
      fc.asyncProperty(secret, secret, name, name, async (secretA, secretB, nameA, nameB) => {
        fc.pre(secretA !== secretB || nameA !== nameB);
        const a = setUp({ secrets: secretA, cookie: { name: nameA }, codec: make() });
        const b = setUp({ secrets: secretB, cookie: { name: nameB }, codec: make() });
        const cookie = await a.cookieOf((session) => session.set("a", 1));
        const token = cookie.slice(nameA.length + 1);
        expect(await a.dataOf(cookie)).toEqual({ a: 1 });
        expect(await b.dataOf(`${nameB}=${token}`)).toEqual({});
        expect(b.events).toEqual([{ type: "token-rejected", reason: "unknown-key" }]);
      }),
    );
  },
);

it("a change of one value is saved, and the others stay as they were", async () => {
  await fc.assert(
    fc.asyncProperty(data, fc.jsonValue({ maxDepth: 1 }), fc.nat(), async (values, value, pick) => {
      const { visit, cookieOf, dataOf } = setUp();
      const keys = Object.keys(values);
      const key = keys[pick % keys.length] as string;
      const cookie = await cookieOf((session) => {
        for (const [each, original] of Object.entries(values)) session.set(each, original);
      });
      fc.pre(JSON.stringify(values[key]) !== JSON.stringify(value));
      const response = await visit(cookie, (session) => session.set(key, value));
      const saved = await dataOf(cookieIn(response));
      expect(JSON.stringify(saved[key])).toBe(JSON.stringify(value));
      expect(Object.keys(saved).sort()).toEqual(keys.sort());
    }),
  );
});

/** Headers are bytes: what no header can have is left out. */
const headerText = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)) });
const cookieText = fc
  .array(
    fc.constantFrom(
      "sid",
      "sid.1",
      "__Host-session",
      "=",
      ";",
      "; ",
      '"',
      "~",
      "2~",
      ".",
      " ",
      "\t",
      ",",
      "$Path",
      "e30",
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(""));

it("no Cookie header makes load reject, and a session can begin whatever it was", async () => {
  const configurations = [{}, { overflow: chunk }, { cookie: { name: "sid", former: [{ name: "__Host-session" }] } }];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...configurations), fc.oneof(headerText, cookieText), async (options, cookie) => {
      const { sessions } = setUp(options);
      const request = { headers: { get: () => cookie }, url: `https://app.example.com/${cookie}` };
      const session = await sessions.load(request);
      expect([session.isNew, session.size]).toEqual([true, 0]);
      session.set("a", 1);
      const response = await sessions.commit(session, new Response("ok"));
      expect(response.headers.getSetCookie().length).toBeGreaterThan(0);
      const ended = await sessions.load(request);
      ended.destroy();
      await sessions.commit(ended, new Response("ok"));
    }),
  );
});

it("commit keeps all Set-Cookie lines of the application, in order, but for those of the session's own cookie", async () => {
  const space = fc.constantFrom("", " ", "\t");
  const attribute = fc
    .tuple(
      space,
      fc.constantFrom("Path", "path", "DOMAIN", "Domain", "Partitioned", "Secure", "Max-Age", "HttpOnly", "Expires"),
      space,
      fc.constantFrom(
        "",
        "=",
        "=/",
        "=/app",
        "=/a=b",
        "=app",
        "=example.com",
        "=.EXAMPLE.com",
        "=app.example.com",
        "=0",
      ),
    )
    .map((parts) => parts.join(""));
  const cookie = fc.constantFrom(
    "sid=",
    "sid=x",
    "SID=x",
    " sid = x",
    "sid",
    "sidx=1",
    "=sid",
    "theme=dark",
    "sid.1=x",
  );
  const line = fc.tuple(cookie, fc.array(attribute, { maxLength: 4 })).map(([pair, rest]) => [pair, ...rest].join(";"));
  const scopes = fc.constantFrom<CookieOptions>(
    {},
    { domain: "example.com" },
    { path: "/app" },
    { path: "/a=b" },
    { partitioned: true },
  );
  const url = "https://app.example.com/app/page";
  // Browsers ignore a partitioned line without Secure. Whether such a line stays is of no consequence: here it counts as secure.
  const keyOf = (text: string) => {
    const parsed = parseSetCookie(`${text}; Secure`, url, START);
    return parsed && scopeOf(parsed);
  };
  await fc.assert(
    fc.asyncProperty(scopes, fc.array(line, { maxLength: 6 }), async (scope, given) => {
      const { sessions } = setUp({ cookie: { name: "sid", ...scope } });
      const session = await sessions.load(new Request(url));
      session.set("a", 1);
      const response = new Response("ok", { headers: given.map((each) => ["set-cookie", each]) });
      // What the headers made of them.
      const lines = response.headers.getSetCookie();
      const once = (await sessions.commit(session, response)).headers.getSetCookie();
      const own = once.at(-1) as string;
      expect(own).toMatch(/^sid=./);
      const others = lines.filter((each) => keyOf(each) === undefined || keyOf(each) !== keyOf(own));
      // A line without a path may be kept although it is about the same cookie: the session's own comes after it.
      expect(once.slice(0, -1).filter((each) => others.includes(each))).toEqual(others);
      expect((await sessions.commit(session, response)).headers.getSetCookie()).toEqual(once);
    }),
  );
});
