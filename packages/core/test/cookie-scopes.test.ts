import { describe, expect, it } from "vitest";
import { type CookieOptions, chunk, memoryStore, type SessionOptions } from "../src/index.ts";
import { START, setUp, touch } from "./helpers.ts";
import { ScopedJar } from "./scoped-jar.ts";

type Visit = ReturnType<typeof setUp>["visit"];
type Handler = Parameters<Visit>[1];

const PAGE = "https://app.example.com/app/page";

const changes: [what: string, before: CookieOptions, after: CookieOptions][] = [
  ["host-only to Domain", { name: "sid" }, { name: "sid", domain: "example.com" }],
  ["Domain to host-only", { name: "sid", domain: "example.com" }, { name: "sid" }],
  ["Path=/app to Path=/", { name: "sid", path: "/app" }, { name: "sid" }],
  ["Path=/ to Path=/app", { name: "sid" }, { name: "sid", path: "/app" }],
  [
    "Path=/app to Path=/ in a domain",
    { name: "sid", domain: "example.com", path: "/app" },
    { name: "sid", domain: "example.com" },
  ],
  ["one jar to Partitioned", {}, { partitioned: true }],
  ["Partitioned to one jar", { partitioned: true }, {}],
  ["one jar to Partitioned, without a prefix", { name: "sid" }, { name: "sid", partitioned: true }],
];
const newName: (typeof changes)[number] = ["the name session to __Host-session", { name: "session" }, {}];

const modes: [mode: string, options: (now: () => number) => Partial<SessionOptions>][] = [
  ["data in the token", () => ({})],
  ["a store", (now) => ({ store: memoryStore({ now }) })],
  ["a store and cacheFor", (now) => ({ store: memoryStore({ now }), cacheFor: 60 })],
  ["revocations", (now) => ({ revocations: memoryStore({ now }) })],
];

/** One browser, and the site before and after a deploy that changes its cookie. */
function deploy(
  before: CookieOptions,
  after: CookieOptions,
  { options = () => ({}), page = PAGE }: { options?: (typeof modes)[number][1]; page?: string } = {},
) {
  const clock = { seconds: START };
  const now = () => clock.seconds * 1000;
  const shared = { ...options(now), now };
  const jar = new ScopedJar(() => clock.seconds);
  const browse =
    ({ visit }: { visit: Visit }) =>
    async (handler?: Handler) => {
      const response = await visit(jar.header(page), handler, page);
      jar.take(response, page);
      clock.seconds += 5;
      return response;
    };
  const [former, current] = [before, after].map((cookie) => setUp({ ...shared, cookie }));
  const site = current as ReturnType<typeof setUp>;
  const sessionCookies = () => jar.cookies.filter(({ name }) => !name.endsWith("-copy"));
  const visitor = async () => {
    const session = await site.sessions.load(new Request(page, { headers: { cookie: jar.header(page) ?? "" } }));
    return { owner: session.owner, cart: session.get("cart") };
  };
  return {
    jar,
    clock,
    events: site.events,
    before: browse(former as ReturnType<typeof setUp>),
    after: browse(site),
    visitor,
    sessionCookies,
  };
}

const fill: Handler = (session) => session.set("cart", "apple");
const refill: Handler = (session) => session.set("cart", "pear");
const signIn: Handler = (session) => session.login("ada");
const signOut: Handler = (session) => session.destroy();
const nobody = { owner: undefined, cart: undefined };

const withFormer = (before: CookieOptions, after: CookieOptions) => ({ ...after, former: [before] });

describe.each(modes)("with %s", (_mode, options) => {
  const named = [...changes, newName].map(([what, before, after]) => ({
    what: `${what}, and cookie.former`,
    before,
    after: withFormer(before, after),
    isKnown: true,
  }));
  const silent = changes.map(([what, before, after]) => ({ what, before, after, isKnown: false }));

  describe.each([...named, ...silent])("a deploy from $what", ({ before, after, isKnown }) => {
    it("lets a visitor sign in who was there before, and stay so", async () => {
      const site = deploy(before, after, { options });
      await site.before(fill);
      await site.after(signIn);
      expect(await site.visitor()).toEqual({ owner: "ada", cart: "apple" });
      await site.after(touch);
      site.clock.seconds += 100;
      expect(await site.visitor()).toEqual({ owner: "ada", cart: "apple" });
      await site.after(refill);
      expect(await site.visitor()).toEqual({ owner: "ada", cart: "pear" });
    });

    it("keeps signed in who was so before, and reads what was written last", async () => {
      const site = deploy(before, after, { options });
      await site.before(signIn);
      await site.before(fill);
      await site.after(touch);
      expect(await site.visitor()).toEqual({ owner: "ada", cart: "apple" });
      await site.after(refill);
      expect(await site.visitor()).toEqual({ owner: "ada", cart: "pear" });
      site.clock.seconds += 100;
      await site.after((session) => session.regenerate());
      expect(await site.visitor()).toEqual({ owner: "ada", cart: "pear" });
    });

    it("signs out for good who signed in after it", async () => {
      const site = deploy(before, after, { options });
      await site.before(fill);
      await site.after(signIn);
      await site.after(signOut);
      expect(await site.visitor()).toEqual(nobody);
      expect(site.sessionCookies()).toEqual([]);
    });

    it("signs out for good who was signed in before it, too", async () => {
      const site = deploy(before, after, { options });
      await site.before(signIn);
      await site.after((session) => session.regenerate());
      await site.after(signOut);
      expect(await site.visitor()).toEqual(nobody);
      expect(site.sessionCookies()).toEqual([]);
    });

    it.runIf(isKnown)("leaves one cookie of the session once one was issued", async () => {
      const site = deploy(before, after, { options });
      await site.before(fill);
      await site.after(signIn);
      expect(site.sessionCookies()).toHaveLength(1);
      expect(site.sessionCookies()[0]).toMatchObject({
        partitioned: after.partitioned ?? false,
        path: after.path ?? "/",
      });
      await site.after(touch);
      expect(site.events.filter(({ type }) => type === "duplicate-cookie")).toEqual([]);
    });

    it.runIf(isKnown)("signs out on the first request after it", async () => {
      const site = deploy(before, after, { options });
      await site.before(signIn);
      await site.after(signOut);
      expect(await site.visitor()).toEqual(nobody);
      expect(site.sessionCookies()).toEqual([]);
    });
  });
});

describe("cookie.former", () => {
  it("is what makes a session of another name known", async () => {
    const [, before, after] = newName;
    const site = deploy(before, after);
    await site.before(signIn);
    expect(await site.visitor()).toEqual(nobody);
  });

  it("moves a session of the former name when it is next used, data in the token", async () => {
    const [, before, after] = newName;
    const site = deploy(before, withFormer(before, after));
    await site.before(signIn);
    await site.after(touch);
    expect(site.sessionCookies().map(({ name }) => name)).toEqual(["__Host-session"]);
    expect((await site.visitor()).owner).toBe("ada");
  });

  it("clears a former cookie whose name needs Secure, where today's is not Secure", async () => {
    const page = "http://localhost/";
    const site = deploy({}, { name: "session", secure: false, former: [{ name: "__Host-session" }] }, { page });
    await site.before(fill);
    await site.after(signIn);
    expect(site.sessionCookies().map(({ name }) => name)).toEqual(["session"]);
  });

  it("names several scopes of before", async () => {
    const former = [{ name: "sid" }, { name: "sid", domain: "example.com", path: "/app" }, { name: "session" }];
    const site = deploy({ name: "session" }, { former });
    for (const each of former) {
      const earlier = deploy(each, {});
      await earlier.before(fill);
      const [{ name, value, path, domain, hostOnly }] = earlier.jar.cookies as [(typeof earlier.jar.cookies)[number]];
      site.jar.take([`${name}=${value}; Path=${path}; Secure; HttpOnly${hostOnly ? "" : `; Domain=${domain}`}`], PAGE);
    }
    await site.after(refill);
    expect(site.sessionCookies().map(({ name }) => name)).toEqual(["__Host-session"]);
    expect((await site.visitor()).cart).toBe("pear");
  });

  it("costs nothing where the client has none of them", async () => {
    const { visit } = setUp({ cookie: { former: [{ name: "sid" }, { name: "session", domain: "example.com" }] } });
    expect((await visit(undefined, fill, PAGE)).headers.getSetCookie()).toHaveLength(1);
  });

  it("clears the chunks of a former cookie, too", async () => {
    const options = () => ({ overflow: chunk });
    const site = deploy({ name: "sid" }, { name: "sid", domain: "example.com", former: [{}] }, { options });
    await site.before((session) => session.set("cart", "x".repeat(5000)));
    expect(site.jar.cookies).toHaveLength(2);
    await site.after(signIn);
    expect(site.jar.cookies.map(({ domain }) => domain)).toEqual(["example.com", "example.com"]);
    await site.after(signOut);
    expect(site.jar.cookies).toEqual([]);
  });
});

describe("the lines that clear cookies of unknown scopes", () => {
  const deep = "https://a.b.c.example.com/one/two/three/four";
  const bytesOf = (response: Response) => response.headers.getSetCookie().join("").length;

  it.each<[string, CookieOptions]>([
    ["host-only", { name: "__Secure-session" }],
    ["in a domain and a path", { name: "__Secure-session", domain: "c.example.com", path: "/one/two" }],
    ["partitioned", { name: "__Secure-session", sameSite: "none", partitioned: true }],
    ["of the default name", {}],
  ])("are few, however deep the URL is: %s", async (_scope, cookie) => {
    const site = deploy({ ...cookie, partitioned: false }, cookie, { page: deep });
    await site.before(fill);
    const response = await setUp({ cookie }).visit(`${site.jar.header(deep)}; ${site.jar.header(deep)}`, signOut, deep);
    expect(bytesOf(response)).toBeLessThanOrEqual(3500);
  });

  it.each([[undefined], ["c.example.com"]])("are few with chunks, too, the domain being %s", async (domain) => {
    const cookie = { name: "__Secure-session", ...(domain && { domain }) };
    const { visit } = setUp({ cookie, overflow: chunk });
    const names = ["", ".1", ".2", ".3", ".4"].map((each) => `__Secure-session${each}=x`);
    const response = await visit([...names, ...names].join("; "), signOut, deep);
    expect(bytesOf(response)).toBeLessThanOrEqual(3500);
  });

  it("are few where the parts of the URL are long", async () => {
    const { visit, cookieOf } = setUp({ cookie: { name: "sid" } });
    const cookie = await cookieOf(fill);
    const long = `https://app.example.com/${`${"a".repeat(900)}/`.repeat(9)}${"a/".repeat(3000)}`;
    expect(bytesOf(await visit(`${cookie}; ${cookie}`, signOut, long))).toBeLessThanOrEqual(3500);
  });

  it("reach a cookie of the very host, and of each domain above it", async () => {
    for (const domain of ["a.b.c.example.com", "b.c.example.com", "c.example.com", "example.com"]) {
      const site = deploy({ name: "sid", domain }, { name: "sid" }, { page: deep });
      await site.before(signIn);
      await site.after(fill);
      expect([domain, site.jar.cookies.length]).toEqual([domain, 2]);
      await site.after(signOut);
      expect([domain, site.jar.cookies]).toEqual([domain, []]);
    }
  });

  it("are not sent where one cookie of the name came", async () => {
    const { visit, cookieOf } = setUp({ cookie: { name: "sid" } });
    const cookie = await cookieOf(fill);
    expect((await visit(cookie, signOut, deep)).headers.getSetCookie()).toHaveLength(1);
  });

  it("tell paths with an equals sign apart", async () => {
    const page = "https://app.example.com/a=1/b";
    const site = deploy(
      { name: "sid", path: "/a=1" },
      { name: "sid", path: "/", former: [{ path: "/a=2" }, { path: "/a=1" }] },
      { page },
    );
    await site.before(signIn);
    await site.after((session) => session.regenerate());
    expect(site.sessionCookies()).toHaveLength(1);
  });
});
