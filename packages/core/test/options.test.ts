import { describe, expect, it } from "vitest";
import { bearer, chunk, createSessions, header, memoryStore, type SessionOptions } from "../src/index.ts";
import { OLD_SECRET, SECRET, setUp } from "./helpers.ts";

/** As somebody without TypeScript would call it. */
const create = createSessions as (options: unknown) => unknown;

describe("a configuration that can't work throws at construction, with the option, the rule and the cure", () => {
  const wrong: [name: string, options: Record<string, unknown>, message: RegExp][] = [
    ["no secret", { secrets: undefined }, /^secrets\[0\] needs.*undefined.*environment variable.*openssl rand/],
    ["an empty secret", { secrets: "" }, /^secrets\[0\] needs at least 32 bytes, but has 0\. Make one with: openssl/],
    ["a short secret", { secrets: "x".repeat(31) }, /^secrets\[0\] needs at least 32 bytes, but has 31/],
    ["a short secret of bytes", { secrets: new Uint8Array(31) }, /^secrets\[0\] needs at least 32 bytes, but has 31/],
    ["no secret in the list", { secrets: [] }, /^secrets\[0\] needs at least 32 bytes, but is undefined/],
    ["a short secret in the list", { secrets: [SECRET, "short"] }, /^secrets\[1\] needs at least 32 bytes, but has 5/],
    ["a missing newest secret", { secrets: [undefined, SECRET] }, /^secrets\[0\] needs.*undefined/],
    ["a short secret behind a missing one", { secrets: [SECRET, undefined, "short"] }, /^secrets\[2\] needs.*has 5/],
    ["a number as secret", { secrets: 12345 }, /^secrets\[0\] needs at least 32 bytes, but has 0/],
    ["an empty cookie name", { cookie: { name: "" } }, /^cookie\.name must match .*, but is ""/],
    [
      "a cookie name with a space",
      { cookie: { name: "my session" } },
      /^cookie\.name must match .*, but is "my session"/,
    ],
    ["a cookie name with =", { cookie: { name: "a=b" } }, /^cookie\.name/],
    ["a cookie name with ;", { cookie: { name: "a;b" } }, /^cookie\.name/],
    ["a cookie name with a line break", { cookie: { name: "a\r\nb" } }, /^cookie\.name/],
    ["a cookie name beyond ASCII", { cookie: { name: "sessión" } }, /^cookie\.name/],
    ["a very long cookie name", { cookie: { name: "a".repeat(1025) } }, /^cookie\.name must match .*\{1,1024\}/],
    [
      "__Host- with a domain",
      { cookie: { domain: "example.com" } },
      /^cookie\.name with __Host- needs.*no domain.*use name: "__Secure-session"/,
    ],
    [
      "__Host- with a path",
      { cookie: { path: "/app" } },
      /^cookie\.name with __Host- needs path: "\/".*"__Secure-session"/,
    ],
    [
      "__Host- without Secure",
      { cookie: { secure: false } },
      /^cookie\.secure must be true for this name.*use name: "session"/,
    ],
    ["__host- in any case", { cookie: { name: "__hOST-x", secure: false } }, /^cookie\.secure must be true/],
    ["__Secure- without Secure", { cookie: { name: "__Secure-x", secure: false } }, /^cookie\.secure must be true/],
    ["__Http- without Secure", { cookie: { name: "__Http-x", secure: false } }, /^cookie\.secure must be true/],
    ["__Host-Http- with a path", { cookie: { name: "__Host-Http-x", path: "/a" } }, /^cookie\.name .*needs path/],
    [
      "SameSite=None without Secure",
      { cookie: { name: "s", sameSite: "none", secure: false } },
      /^cookie\.secure must be true for this name, sameSite/,
    ],
    [
      "an unknown SameSite",
      { cookie: { sameSite: "Lax" } },
      /^cookie\.sameSite must match .*strict\|lax\|none.*, but is "Lax"/,
    ],
    [
      "partitioned without Secure",
      { cookie: { name: "s", partitioned: true, secure: false } },
      /^cookie\.secure must be true for.*partitioned/,
    ],
    ["a path without a slash", { cookie: { name: "s", path: "app" } }, /^cookie\.path must match .*, but is "app"/],
    ["a path with ;", { cookie: { name: "s", path: "/;Domain=evil" } }, /^cookie\.path/],
    ["a path with a control character", { cookie: { name: "s", path: "/\n" } }, /^cookie\.path/],
    ["a very long path", { cookie: { name: "s", path: `/${"a".repeat(1024)}` } }, /^cookie\.path must match .*1023/],
    [
      "a domain with a scheme",
      { cookie: { name: "s", domain: "https://x.com" } },
      /^cookie\.domain must match .*, but is "https/,
    ],
    ["a domain with a port", { cookie: { name: "s", domain: "x.com:80" } }, /^cookie\.domain/],
    ["a domain with ;", { cookie: { name: "s", domain: "x.com; Path=/" } }, /^cookie\.domain/],
    ["a domain beyond ASCII", { cookie: { name: "s", domain: "bücher.example" } }, /^cookie\.domain must match/],
    ["an empty domain", { cookie: { name: "s", domain: "" } }, /^cookie\.domain/],
    [
      "a very long domain",
      { cookie: { name: "s", domain: `${"a.".repeat(600)}a` } },
      /^cookie\.domain must match .*1024/,
    ],
    [
      "a former cookie outside of a list",
      { cookie: { former: { name: "session" } } },
      /^cookie\.former must be a list of objects, like \[{ name: "session" }\]/,
    ],
    ["a name as former cookies", { cookie: { former: "session" } }, /^cookie\.former must be a list/],
    ["former cookies by name", { cookie: { former: ["session"] } }, /^cookie\.former must be a list of objects/],
    ["nothing as a former cookie", { cookie: { former: [null] } }, /^cookie\.former must be a list of objects/],
    [
      "a former name that is none",
      { cookie: { former: [{ name: "a=b" }] } },
      /^cookie\.former\[0\]\.name must match .*, but is "a=b"/,
    ],
    [
      "a former path without a slash",
      { cookie: { name: "s", former: [{ path: "app" }] } },
      /^cookie\.former\[0\]\.path must match .*, but is "app"/,
    ],
    [
      "a former domain with a port",
      { cookie: { name: "s", former: [{ path: "/app" }, { domain: "x.com:80" }] } },
      /^cookie\.former\[1\]\.domain must match .*, but is "x.com:80"/,
    ],
    [
      "a former __Host- with a domain",
      { cookie: { name: "s", former: [{}, { name: "__Host-session", domain: "example.com" }] } },
      /^cookie\.former\[1\]\.name with __Host- needs path: "\/" and no domain\. For others use name: "__Secure-session"/,
    ],
    [
      "a former domain, but no former name, where today's has __Host-",
      { cookie: { former: [{ domain: "example.com" }] } },
      /^cookie\.former\[0\]\.name with __Host- needs .* use name: /,
    ],
    [
      "a negative idle time",
      { lifetime: { idle: -1 } },
      /^lifetime must be whole seconds, with absolute above 0 and refresh from 0 to less than idle/,
    ],
    ["no idle time", { lifetime: { idle: 0 } }, /^lifetime must be whole seconds/],
    ["half a second", { lifetime: { idle: 0.5 } }, /^lifetime must be whole seconds/],
    ["idle as text", { lifetime: { idle: "60" } }, /^lifetime must be whole seconds/],
    ["NaN", { lifetime: { absolute: Number.NaN } }, /^lifetime must be whole seconds/],
    ["infinity", { lifetime: { absolute: Number.POSITIVE_INFINITY } }, /^lifetime must be whole seconds/],
    ["a negative refresh", { lifetime: { refresh: -1 } }, /^lifetime must be whole seconds/],
    [
      "a refresh that comes too late",
      { lifetime: { idle: 60, refresh: 60 } },
      /^lifetime .*refresh from 0 to less than idle/,
    ],
    ["sessions counted without a store", { sessionsPerOwner: { max: 1, beyond: "refuse" } }, /^sessionsPerOwner needs/],
    [
      "sessions counted in tokens",
      { revocations: memoryStore(), sessionsPerOwner: { max: 1, beyond: "refuse" } },
      /^sessionsPerOwner needs/,
    ],
    ["half a second of cache", { revocations: memoryStore(), cacheFor: 0.5 }, /^cacheFor must be whole seconds/],
    [
      "revocations of sessions in a store",
      { revocations: memoryStore(), store: memoryStore() },
      /^revocations is for sessions in tokens/,
    ],
    [
      "an idle time in milliseconds",
      { lifetime: { idle: 1_209_600_000 } },
      /^lifetime must be seconds, at most 315360000 \(10 years\)\. Divide milliseconds by 1000/,
    ],
    ["an absolute time beyond ten years", { lifetime: { absolute: 315_360_001 } }, /^lifetime must be .* at most/],
    [
      "a persistent lifetime beyond ten years",
      { lifetime: { persistent: { idle: 315_360_001 } } },
      /^lifetime\.persistent must be .* at most/,
    ],
    ["a cache beyond ten years", { store: memoryStore(), cacheFor: 315_360_001 }, /^cacheFor must be .* 315360000/],
    [
      "a time-out that no timer takes",
      { store: memoryStore(), storeTimeout: 2_147_483_648 },
      /^storeTimeout must be milliseconds, above 0 and at most 2147483647/,
    ],
    ["a time-out without end", { store: memoryStore(), storeTimeout: Number.POSITIVE_INFINITY }, /^storeTimeout must/],
    ["a time-out as text", { store: memoryStore(), storeTimeout: "5s" }, /^storeTimeout must/],
    ["a number as text", { store: memoryStore(), storeTimeout: "5000" }, /^storeTimeout must/],
    ["no time for revocations", { revocations: memoryStore(), storeTimeout: 0 }, /^storeTimeout must be milliseconds/],
    ["migrate without a schema", { migrate: () => ({}) }, /^migrate needs a schema/],
    ["an unknown overflow", { overflow: "ignore" }, /^overflow must be "error", "store", or `chunk` imported/],
    ["chunks by a word", { overflow: "chunk" }, /^overflow must be .* `chunk` imported/],
    ["chunks by nothing", { overflow: null }, /^overflow must be "error"/],
    ["overflow into no store", { overflow: "store" }, /^overflow "store" needs a `store`/],
    [
      "overflow into the list of revocations",
      { overflow: "store", revocations: memoryStore() },
      /^overflow "store" needs/,
    ],
    [
      "overflow into a store that keeps copies",
      { overflow: "store", store: memoryStore(), cacheFor: 5 },
      /^overflow "store" can't be combined with cacheFor or sessionsPerOwner/,
    ],
    [
      "overflow into a store that counts sessions",
      { overflow: "store", store: memoryStore(), sessionsPerOwner: { max: 1, beyond: "refuse" } },
      /^overflow "store" can't be combined with cacheFor or sessionsPerOwner/,
    ],
    ["a header and a cookie", { transport: header(), cookie: {} }, /^transport can't be combined with `cookie`/],
    ["a header and chunks", { transport: bearer(), overflow: chunk }, /^transport can't be combined with .*chunk/],
  ];
  it.each(wrong)("%s", (_name, options, message) => {
    const attempt = () => create({ secrets: SECRET, ...options });
    expect(attempt).toThrow(expect.objectContaining({ name: "SessionError", code: "ERR_INVALID_OPTION" }));
    expect(attempt).toThrow(message);
  });

  it.each(["", "x session", "x:session", "x\r\nset-cookie", "é", "x".repeat(101)])("a header named %j", (name) => {
    expect(() => header(name)).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
    expect(() => header(name)).toThrow(/^header must match .*, but is /);
  });

  it("never shows a secret", () => {
    const secret = "hunter2-hunter2-hunter2";
    for (const secrets of [secret, [secret], [SECRET, secret]]) {
      try {
        create({ secrets });
        expect.unreachable();
      } catch (error) {
        expect(String(error)).not.toContain("hunter2");
      }
    }
  });
});

describe("a configuration that can work", () => {
  const right: [name: string, options: Partial<SessionOptions>][] = [
    ["32 bytes", { secrets: "x".repeat(32) }],
    ["32 bytes in fewer characters", { secrets: "€".repeat(11) }],
    ["bytes", { secrets: new Uint8Array(32) }],
    ["several secrets of both kinds", { secrets: [SECRET, new Uint8Array(64)] }],
    ["plain http", { cookie: { secure: false, name: "session" } }],
    ["every character of a token", { cookie: { name: "aZ09!#$%&'*+-.^_`|~" } }],
    ["__Secure- with domain and path", { cookie: { name: "__Secure-s", domain: "a.example.com", path: "/app" } }],
    ["__Host-Http-", { cookie: { name: "__Host-Http-session" } }],
    ["embedded", { cookie: { sameSite: "none", partitioned: true } }],
    ["no former cookies", { cookie: { former: [] } }],
    [
      "former cookies",
      {
        cookie: {
          former: [{ name: "sid" }, { name: "__Secure-s", domain: "a.example", path: "/a", partitioned: true }],
        },
      },
    ],
    ["today's cookie among the former ones", { cookie: { name: "sid", former: [{}, { path: "/" }] } }],
    ["an idle time above the absolute one", { lifetime: { idle: 100, absolute: 50 } }],
    ["a refresh on every request", { lifetime: { refresh: 0 } }],
    ["one second", { lifetime: { idle: 1 } }],
    [
      "the highest numbers, in a store",
      {
        store: memoryStore(),
        storeTimeout: 2_147_483_647,
        cacheFor: 315_360_000,
        persistent: true,
        lifetime: { idle: 315_360_000, absolute: 315_360_000, refresh: 315_359_999 },
      },
    ],
    [
      "the highest lifetime, in the token",
      { lifetime: { idle: 315_360_000, absolute: 315_360_000 }, persistent: true },
    ],
    ["a time-out for a store that is not there today", { storeTimeout: 100, cacheFor: 5 }],
    ["chunks", { overflow: chunk, cookie: { name: "s" } }],
    ["chunks, and a store that keeps them small", { overflow: chunk, store: memoryStore() }],
    [
      "overflow into a store, with revocations",
      { overflow: "store", store: memoryStore(), revocations: memoryStore() },
    ],
  ];
  it.each(right)("%s", async (_name, options) => {
    const sessions = createSessions({ secrets: SECRET, ...options });
    const response = await sessions.handle(new Request("http://localhost/"), (session) => {
      session.set("a", 1);
      return new Response("ok");
    });
    const [line = ""] = response.headers.getSetCookie();
    const cookie = line.slice(0, line.indexOf(";"));
    expect((await sessions.load({ headers: new Headers({ cookie }) })).get("a")).toBe(1);
  });

  it("is not affected by what becomes of the given bytes", async () => {
    const secret = new TextEncoder().encode(SECRET);
    const [one, two] = [createSessions({ secrets: secret }), createSessions({ secrets: SECRET })];
    secret.fill(0);
    const session = await one.load(new Request("http://localhost/"));
    session.set("a", 1);
    const [line = ""] = (await one.commit(session, new Response("ok"))).headers.getSetCookie();
    const cookie = line.slice(0, line.indexOf(";"));
    expect((await two.load({ headers: new Headers({ cookie }) })).get("a")).toBe(1);
  });
});

it("older secrets that are undefined or empty are skipped: the same line works before, during and after a rotation", async () => {
  const cookie = await setUp({ secrets: OLD_SECRET }).cookieOf((session) => session.set("a", 1));
  for (const secrets of [
    [SECRET, OLD_SECRET],
    [SECRET, undefined, OLD_SECRET],
    [SECRET, "", OLD_SECRET],
  ]) {
    expect(await setUp({ secrets }).dataOf(cookie)).toEqual({ a: 1 });
  }
  for (const secrets of [
    [SECRET, undefined],
    [SECRET, ""],
  ])
    expect(await setUp({ secrets }).dataOf(cookie)).toEqual({});
});
