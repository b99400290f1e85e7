import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { encrypted } from "../src/encrypted.ts";
import { chunk, type Session, type SessionOptions, webCryptoHmac } from "../src/index.ts";
import { SECRET, setUp, touch } from "./helpers.ts";
import { Jar } from "./jar.ts";

/** Short, so that the names of the chunks are easy to read. */
const NAME = "s";
const TOO_LARGE = expect.objectContaining({ code: "ERR_TOKEN_TOO_LARGE" });

/** Five full cookies: the most that there can be. */
const five = chunk({ maxBytes: 20_480 });

function setUpChunked(options: Partial<SessionOptions> = {}) {
  const test = setUp({ overflow: five, cookie: { name: NAME }, ...options });
  const jar = new Jar();
  /** One request of this browser, which keeps what it is told. */
  const browse = async (handler?: Parameters<typeof test.visit>[1]) => {
    const response = await test.visit(jar.header, handler);
    jar.take(response);
    return response;
  };
  const textIn = async (cookies: Jar) => (await test.dataOf(cookies.header ?? "")).text;
  return { ...test, jar, browse, textIn };
}

const fill = (text: string) => (session: Session) => void session.set("text", text);
const cookiesOf = (count: number) => [NAME, `${NAME}.1`, `${NAME}.2`, `${NAME}.3`, `${NAME}.4`].slice(0, count);

/** Data that needs about so many cookies: 2900 characters are nearly 4000 of base64url. */
const sized = (cookies: number, character = "x") => character.repeat(Math.round(cookies * 2900));

/** name=value of each line. */
const pairsOf = (response: Response) => response.headers.getSetCookie().map((line) => line.split("; ")[0] ?? "");
const pairsIn = (jar: Jar) => new Map(jar.header?.split("; ").map((pair) => pair.split(/=(.*)/s) as [string, string]));

/** A whole session in this many cookies. */
async function large(cookies: number, options: Partial<SessionOptions> = {}) {
  const test = setUpChunked(options);
  await test.browse(fill(sized(cookies - 0.5)));
  expect(test.jar.names).toEqual(cookiesOf(cookies));
  return { ...test, pairs: pairsIn(test.jar), text: sized(cookies - 0.5) };
}

describe("a token that is too large for one cookie", () => {
  it("goes into as many as it needs, each within the limit, and comes back whole", async () => {
    for (const cookies of [1, 2, 3, 4, 5]) {
      const { jar, textIn, text, events } = await large(cookies);
      expect(await textIn(jar)).toBe(text);
      expect(events.filter(({ type }) => type !== "token-large")).toEqual([]);
    }
  });

  it("grows and shrinks with the session, and leaves no chunk behind", async () => {
    const size = fc.integer({ min: 0, max: 15_000 });
    await fc.assert(
      fc.asyncProperty(fc.array(size, { minLength: 2, maxLength: 6 }), fc.string(), async (sizes, odd) => {
        const { browse, jar, textIn, events } = setUpChunked();
        for (const [i, each] of sizes.entries()) {
          const text = `${i}${odd}${"x".repeat(each)}`;
          await browse(fill(text));
          expect(await textIn(jar)).toBe(text);
          const count = Number(/^[2-5](?=~)/.exec(pairsIn(jar).get(NAME) ?? "")?.[0] ?? 1);
          expect(jar.names).toEqual(cookiesOf(count));
        }
        expect(events.filter(({ type }) => type !== "token-large")).toEqual([]);
        await browse((session) => session.destroy());
        expect(jar.names).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it("stays one cookie up to 4096 bytes of name and value, and is two from there on", async () => {
    const { length } = await tokenOf(2900);
    const countWith = async (name: string) => {
      const test = setUp({ overflow: five, cookie: { name } });
      const jar = new Jar().take(await test.visit(undefined, fill("x".repeat(2900))));
      expect(await test.dataOf(jar.header ?? "")).toEqual({ text: "x".repeat(2900) });
      return jar.names.length;
    };
    expect(await countWith("n".repeat(4096 - length))).toBe(1);
    expect(await countWith("n".repeat(4097 - length))).toBe(2);
  });

  it("is an error beyond five, with both numbers, and nothing is sent", async () => {
    const most = 5 * (4096 - NAME.length - 2);
    const { browse, jar } = setUpChunked();
    // Three bytes more are four characters more.
    const fits = 15_000 + Math.floor((most - (await tokenOf(15_000)).length) / 4) * 3;
    const { length } = await tokenOf(fits);
    expect(length).toBeGreaterThan(most - 4);
    await browse(fill("x".repeat(fits)));
    expect(jar.names).toEqual(cookiesOf(5));
    const before = jar.header;
    const failing = browse(fill("x".repeat(fits + 3)));
    await expect(failing).rejects.toEqual(TOO_LARGE);
    await expect(failing).rejects.toThrow(`has ${NAME.length + length + 4} bytes, name included, and may`);
    await expect(failing).rejects.toThrow(`may have ${NAME.length + most}.`);
    expect(jar.header).toBe(before);
  });

  it("has all its cookies replaced by a second commit, and the lines of others left alone", async () => {
    const { sessions } = setUpChunked();
    const session = await sessions.load(new Request("http://localhost/"));
    session.set("text", sized(2.5));
    const others = [`${NAME}.5=a`, `${NAME}.1x=b`, `${NAME}x=c`, `${NAME}.=d`, `${NAME}.10=e`, `x${NAME}.1=f`];
    const response = new Response("", { headers: others.map((line) => ["set-cookie", line]) });
    const once = (await sessions.commit(session, response)).headers.getSetCookie();
    const twice = (await sessions.commit(session, response)).headers.getSetCookie();
    expect(once.slice(0, 6)).toEqual(others);
    expect(once).toHaveLength(9);
    expect(twice).toEqual(once);
  });

  it("takes the place of a smaller or larger one that is on the response already", async () => {
    const { sessions, textIn } = setUpChunked();
    const response = new Response("ok");
    for (const size of [0.5, 3.5, 1.5]) {
      const session = await sessions.load(new Request("http://localhost/"));
      session.set("text", sized(size));
      const committed = await sessions.commit(session, response);
      expect(committed.headers.getSetCookie()).toHaveLength(Math.ceil(size));
      expect(await textIn(new Jar().take(committed))).toBe(sized(size));
    }
  });

  it("may be encrypted: the tag is over the whole as well", async () => {
    const { jar, browse, pairs, text, textIn, events } = await large(3, { codec: encrypted() });
    expect(await textIn(jar)).toBe(text);
    await browse(fill(sized(2.5, "y")));
    events.length = 0;
    const mixed = new Jar([...pairsIn(jar), [`${NAME}.1`, pairs.get(`${NAME}.1`) ?? ""]]);
    expect(await textIn(mixed)).toBeUndefined();
    expect(events).toEqual([{ type: "token-rejected", reason: "undecryptable" }]);
  });

  it("is refreshed whole, with the same attributes on every cookie", async () => {
    const { browse, clock, textIn, jar, text } = await large(3, { persistent: true, lifetime: { idle: 1000 } });
    clock.seconds += 500;
    const response = await browse(touch);
    const attributes = response.headers.getSetCookie().map((line) => line.slice(line.indexOf(";")));
    const until = new Date((clock.seconds + 1000) * 1000).toUTCString();
    expect(attributes).toEqual(
      Array(3).fill(`; Max-Age=1000; Expires=${until}; Path=/; HttpOnly; Secure; SameSite=Lax`),
    );
    clock.seconds += 900;
    expect(await textIn(jar)).toBe(text);
  });
});

/** A token whose data is a text of this length, in a manager of its own. */
async function tokenOf(size: number): Promise<string> {
  const test = setUp({ overflow: five, cookie: { name: NAME } });
  const pairs = pairsIn(new Jar().take(await test.visit(undefined, fill("x".repeat(size)))));
  const parts = cookiesOf(5).map((name) => pairs.get(name) ?? "");
  return parts.join("").replace(/^\d~/, "");
}

describe("chunks of one session", () => {
  it("have at most 7 KB, names included, so that the next request passes Node and nginx", async () => {
    const { browse, jar, textIn } = setUpChunked({ overflow: chunk });
    await browse(fill("x".repeat(5200)));
    expect(jar.names).toEqual(cookiesOf(2));
    const failing = browse(fill("y".repeat(5400)));
    await expect(failing).rejects.toEqual(TOO_LARGE);
    await expect(failing).rejects.toThrow(/has 7\d{3} bytes, name included, and may have 71\d\d\./);
    expect(await textIn(jar)).toBe("x".repeat(5200));
  });

  it.each([
    [4097, "s"],
    [7168, "__Host-session"],
    [10_000, "n".repeat(100)],
    [20_480, "s"],
  ])("have at most %i bytes if the options say so, and as many", async (maxBytes, name) => {
    const { visit } = setUp({ overflow: chunk({ maxBytes }), cookie: { name } });
    const bytesOf = async (size: number) => {
      const pairs = pairsOf(await visit(undefined, fill("x".repeat(size))));
      return pairs.join("").length - pairs.length;
    };
    let [fits, exceeds] = [0, maxBytes];
    while (exceeds - fits > 1) {
      const size = (fits + exceeds) >> 1;
      if (await bytesOf(size).catch(() => undefined)) fits = size;
      else exceeds = size;
    }
    expect(await bytesOf(fits)).toBeLessThanOrEqual(maxBytes);
    expect(await bytesOf(fits)).toBeGreaterThan(maxBytes - 4);
  });

  it.each([0, 4096, 20_481, 7168.5, Number.NaN, "7168", null])("can't be limited to %j bytes", (maxBytes) => {
    const attempt = () => chunk({ maxBytes: maxBytes as number });
    expect(attempt).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
    expect(attempt).toThrow(/^chunk: maxBytes must be whole bytes, above 4096 and at most 20480/);
  });

  it("that were issued under a higher limit still open the session, are refreshed, and shrink with it", async () => {
    const { jar, clock, text } = await large(4);
    const today = setUpChunked({ overflow: chunk, now: () => (clock.seconds + 60) * 1000, lifetime: { refresh: 10 } });
    const before = jar.header;
    jar.take(await today.visit(jar.header, (session) => expect(session.get("text")).toBe(text)));
    expect(jar.names).toEqual(cookiesOf(4));
    expect(jar.header).not.toBe(before);
    jar.take(await today.visit(jar.header, (session) => expect(session.get("text")).toBe(text)));
    await expect(today.visit(jar.header, fill(`${text}!`))).rejects.toEqual(TOO_LARGE);
    jar.take(await today.visit(jar.header, fill("short")));
    expect(jar.names).toEqual(cookiesOf(1));
    expect(today.events.filter(({ type }) => type !== "token-large")).toEqual([]);
  });
});

describe("a session in one cookie that would not fit again", () => {
  it("is no error for a request that only reads it: its token stays", async () => {
    const { visit, clock } = setUp({ cookie: { name: NAME }, lifetime: { refresh: 10 } });
    const size = 2900 + Math.floor((4096 - NAME.length - (await tokenOf(2900)).length) / 4) * 3;
    const jar = new Jar().take(await visit(undefined, fill("x".repeat(size))));
    clock.seconds += 60;
    const response = await visit(jar.header, (session) => expect(session.get("text")).toHaveLength(size));
    expect(response.headers.getSetCookie()).toEqual([]);
  });
});

describe("what goes away", () => {
  it("is cleared with the attributes that it was set with", async () => {
    const { browse } = await large(2, { cookie: { name: NAME, path: "/app", sameSite: "none", partitioned: true } });
    const response = await browse((session) => session.destroy());
    const scope = "Path=/app; HttpOnly; Secure; SameSite=None; Partitioned";
    expect(response.headers.getSetCookie()).toEqual(
      [NAME, `${NAME}.1`].map((name) => `${name}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; ${scope}`),
    );
  });

  it("is cleared for the domain and for the host, whether the session ends or shrinks", async () => {
    const cookie = { name: NAME, domain: "example.com" };
    const domainsOf = (response: Response, name: string) =>
      response.headers
        .getSetCookie()
        .filter((line) => line.startsWith(`${name}=; Max-Age=0`))
        .map((line) => line.includes("Domain=example.com"));
    const ended = await (await large(2, { cookie })).browse((session) => session.destroy());
    expect([domainsOf(ended, NAME), domainsOf(ended, `${NAME}.1`)]).toEqual([
      [true, false],
      [true, false],
    ]);
    const shrunk = await (await large(2, { cookie })).browse(fill("short"));
    expect([domainsOf(shrunk, NAME), domainsOf(shrunk, `${NAME}.1`)]).toEqual([[], [true, false]]);
  });

  it("is nothing that the client does not have", async () => {
    const { visit } = setUpChunked();
    expect(pairsOf(await visit(undefined, fill("short")))).toHaveLength(1);
    const others = `${NAME}.5=x; ${NAME}.1x=y; ${NAME}.0=z; x${NAME}.1=a`;
    expect(pairsOf(await visit(others, fill("short")))).toHaveLength(1);
  });

  it("goes on the next occasion where an overtaken response had left it", async () => {
    const { visit, jar, browse, textIn } = await large(2);
    const both = [await visit(jar.header, fill(sized(2.5, "a"))), await visit(jar.header, fill("short"))];
    for (const response of both) jar.take(response);
    expect(jar.names).toEqual([NAME, `${NAME}.2`]);
    expect(await textIn(jar)).toBe("short");
    await browse(fill("shorter"));
    expect(jar.names).toEqual([NAME]);
  });
});

describe("parallel responses", () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 14_000 }), { minLength: 2, maxLength: 4 });
  const letters = "abcd";

  /** Responses to as many requests of one browser, sent at once. */
  async function parallel(start: number, each: readonly number[]) {
    const test = setUpChunked();
    await test.browse(fill("0".repeat(start + 1)));
    const texts = each.map((size, i) => (letters[i] ?? "").repeat(size + 1));
    const responses = await Promise.all(texts.map((text) => test.visit(test.jar.header, fill(text))));
    return { ...test, texts, responses, generations: ["0".repeat(start + 1), ...texts] };
  }

  it("leave the session of the last, whole, in whatever order they come", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(14_000), sizes, fc.infiniteStream(fc.nat()), async (start, each, picks) => {
        const { jar, texts, responses, textIn } = await parallel(start, each);
        const waiting = responses.map((response, i) => ({ response, text: texts[i] }));
        while (waiting.length > 0) {
          const [next] = waiting.splice((picks.next().value as number) % waiting.length, 1);
          jar.take(next?.response ?? []);
          expect(await textIn(jar)).toBe(next?.text);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("never make a mixture, even where their lines come mixed: one of the sessions whole, or none", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(14_000), sizes, fc.infiniteStream(fc.nat()), async (start, each, picks) => {
        const { jar, responses, textIn, generations } = await parallel(start, each);
        const waiting = responses.map((response) => response.headers.getSetCookie());
        for (let left = waiting.flat().length; left > 0; left--) {
          const lines = waiting.filter(({ length }) => length > 0);
          jar.take([lines[(picks.next().value as number) % lines.length]?.shift() ?? ""]);
          expect([undefined, ...generations]).toContain(await textIn(jar));
        }
      }),
      { numRuns: 50 },
    );
  });

  it("lets a browser that has one more line at a time see the old session or the new one, as one becomes many", async () => {
    for (const cookies of [2, 3, 5]) {
      const { visit, jar, browse, textIn } = setUpChunked();
      await browse(fill("old"));
      const response = await visit(jar.header, fill(sized(cookies - 0.5)));
      for (const line of response.headers.getSetCookie()) {
        jar.take([line]);
        expect(["old", sized(cookies - 0.5)]).toContain(await textIn(jar));
      }
      expect(await textIn(jar)).toBe(sized(cookies - 0.5));
    }
  });
});

describe("chunks from a client", () => {
  const incomplete = { type: "token-rejected", reason: "incomplete" };
  const join = (pairs: readonly (readonly [string, string])[]) =>
    pairs.map(([name, value]) => `${name}=${value}`).join("; ");

  it("are no session while one is missing, and the rest goes when the visitor signs out", async () => {
    for (const missing of cookiesOf(4).slice(1)) {
      const { pairs, visit, events } = await large(4);
      events.length = 0;
      pairs.delete(missing);
      const untouched = await visit(join([...pairs]), () => undefined);
      expect(untouched.headers.getSetCookie()).toEqual([]);
      const read = await visit(join([...pairs]), (session) =>
        expect([session.isNew, session.size, session.ended]).toEqual([true, 0, "rejected"]),
      );
      expect(read.headers.getSetCookie()).toEqual([]);
      const response = await visit(join([...pairs]), (session) => session.destroy());
      expect(events).toEqual([incomplete, incomplete, incomplete]);
      expect(new Jar(pairs).take(response).names).toEqual([]);
    }
  });

  it("are none without the first, and go with the next session", async () => {
    const { pairs, visit, events } = await large(3);
    events.length = 0;
    pairs.delete(NAME);
    expect((await visit(join([...pairs]), touch)).headers.getSetCookie()).toEqual([]);
    expect(events).toEqual([]);
    const jar = new Jar(pairs).take(await visit(join([...pairs]), fill("short")));
    expect(jar.names).toEqual([NAME]);
  });

  it("come in any order, and among others", async () => {
    const { pairs, dataOf, text } = await large(3);
    const mixed: [string, string][] = [
      ["theme", "dark"],
      ...[...pairs].reverse(),
      [`${NAME}.5`, "x"],
      [`${NAME}.1x`, "y"],
    ];
    expect(await dataOf(join(mixed))).toEqual({ text });
  });

  it("are told apart where two cookies have the name: the first of each kind belong together", async () => {
    const one = await large(3);
    const two = await large(2);
    await two.browse(fill(sized(1.5, "y")));
    const [first, second] = [[...one.pairs], [...pairsIn(two.jar)]];
    // Both are as old: then the one that came last, which browsers send last, is the newer one.
    expect(await one.dataOf(join([...first, ...second]))).toEqual({ text: sized(1.5, "y") });
    expect(await one.dataOf(join([...second, ...first]))).toEqual({ text: one.text });
    const forged: [string, string][] = first.map(([name, value]) => [name, value.replace(/..$/, "__")]);
    expect(await one.dataOf(join([...forged, ...second]))).toEqual({ text: sized(1.5, "y") });
  });

  it("belong to the cookie that asks for them, also behind one that needs none", async () => {
    const { pairs, dataOf, text } = await large(2);
    expect(await dataOf(`${NAME}=foreign; ${join([...pairs])}`)).toEqual({ text });
  });

  it("of two generations are no session, and nothing is cleared", async () => {
    const { pairs, browse, jar, visit, events } = await large(3);
    await browse(fill(sized(2.5, "y")));
    events.length = 0;
    for (const name of cookiesOf(3)) {
      const mixed = new Map([...pairsIn(jar), [name, pairs.get(name) ?? ""]]);
      const response = await visit(join([...mixed]), (session) => expect(session.size).toBe(0));
      expect(response.headers.getSetCookie()).toEqual([]);
    }
    expect(events).toEqual(Array(3).fill({ type: "token-rejected", reason: "bad-signature" }));
  });

  it("of two generations with different numbers are no session", async () => {
    const { pairs, browse, jar, visit } = await large(3);
    await browse(fill(sized(3.5, "y")));
    const mixed = new Map([...pairsIn(jar), [NAME, pairs.get(NAME) ?? ""]]);
    await visit(join([...mixed]), (session) => expect(session.size).toBe(0));
  });

  it.each([["0~"], ["1~"], ["6~"], ["9999~"], ["-2~"], ["02~"], ["2"], ["~"], ["2~~"], ["2 ~"], ["٢~"]])(
    "are not counted by %s",
    async (mark) => {
      const { pairs, visit, events } = await large(2);
      events.length = 0;
      const forged = new Map([...pairs, [NAME, (pairs.get(NAME) ?? "").replace("2~", mark)]]);
      const request = { headers: { get: (name: string) => (name === "cookie" ? join([...forged]) : null) } };
      const session = await setUpChunked().sessions.load(request);
      expect([session.isNew, session.size]).toEqual([true, 0]);
      await visit("s=1~a", touch);
      expect(events).toHaveLength(1);
    },
  );

  it("are not waited for: a number without them, or with nothing else, is incomplete", async () => {
    const { visit, events } = setUpChunked();
    for (const value of ["2~", "5~", "2~a.b.c"]) {
      const { headers } = await visit(`${NAME}=${value}`, touch);
      expect(headers.getSetCookie()).toEqual([]);
    }
    expect(events).toEqual(Array(3).fill(incomplete));
  });

  it("do not harm a whole session beside them", async () => {
    const { pairs, dataOf, text } = await large(1);
    expect(await dataOf(`${NAME}=2~a; ${join([...pairs])}`)).toEqual({ text });
    expect(await dataOf(`${join([...pairs])}; ${NAME}=2~a`)).toEqual({ text });
  });

  it("are a token that is too large where they are longer than any of ours", async () => {
    const { visit, events } = setUpChunked();
    await visit(`${NAME}=2~a; ${NAME}.1=${"b".repeat(30_000)}`, touch);
    expect(events).toEqual([{ type: "token-rejected", reason: "too-large" }]);
  });

  it("make no more work by the 100 000: a few looks into the header, and eight MACs", async () => {
    let verified = 0;
    const hmac: SessionOptions["hmac"] = {
      async importKey(bytes) {
        const key = await webCryptoHmac.importKey(bytes);
        const verify = (text: string, signature: string) => {
          verified++;
          return key.verify(text, signature);
        };
        return { sign: key.sign, verify };
      },
    };
    const { pairs, sessions } = await large(5, { hmac });
    const forged = join([...pairs].map(([name, value]) => [name, value.replace(/.(?=.{99}$)/, "_")]));
    const cookie = `${Array(20).fill(forged).join("; ")}; ${`${NAME}.1=x; ${NAME}.2=y; `.repeat(50_000)}`;
    verified = 0;
    const indexOf = vi.spyOn(String.prototype, "indexOf");
    const session = await sessions.load({ headers: { get: (name) => (name === "cookie" ? cookie : null) } });
    const looks = indexOf.mock.contexts.filter((text) => String(text) === cookie).length;
    indexOf.mockRestore();
    expect(session.isNew).toBe(true);
    expect(verified).toBe(8);
    // For each of five names: eight times where it begins and where its value ends.
    expect(looks).toBeLessThanOrEqual(5 * 17);
    expect(looks).toBeGreaterThan(0);
  });

  it("are cleared in a bounded number, whatever the client has", async () => {
    const { visit } = setUpChunked();
    const header = Array.from({ length: 10_000 }, (_, i) => `${NAME}.${i}=x`).join("; ");
    expect((await visit(`${NAME}=2~a; ${header}`, (session) => session.destroy())).headers.getSetCookie()).toHaveLength(
      5,
    );
    expect((await visit(header, fill("short"))).headers.getSetCookie()).toHaveLength(5);
  });

  it("never make anything throw, whatever they are", async () => {
    const { sessions } = setUpChunked();
    const value = fc.oneof(fc.stringMatching(/^[0-9]~[\w.-]{0,20}$/), fc.base64String(), fc.constant("2~"));
    const pair = fc.tuple(fc.constantFrom(...cookiesOf(5), `${NAME}.5`), value);
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { maxLength: 30 }), async (pairs) => {
        const session = await sessions.load({ headers: { get: () => join(pairs) } });
        expect([session.isNew, session.size]).toEqual([true, 0]);
      }),
    );
  });
});

describe("where tokens are not chunked", () => {
  it("chunks are no session, and are left alone", async () => {
    const { jar } = await large(2);
    const { visit, events } = setUp({ cookie: { name: NAME } });
    const response = await visit(jar.header, (session) => expect(session.size).toBe(0));
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(events).toEqual([{ type: "token-rejected", reason: "malformed" }]);
  });

  it("a session of one cookie is the same", async () => {
    const { jar, text } = await large(1);
    expect(await setUp({ cookie: { name: NAME } }).dataOf(jar.header ?? "")).toEqual({ text });
  });

  it("the cookie of another manager may have a name with a number", async () => {
    const response = new Response("ok");
    for (const name of [`${NAME}.1`, NAME]) {
      const { sessions } = setUp({ cookie: { name } });
      const session = await sessions.load(new Request("http://localhost/"));
      session.set("of", name);
      await sessions.commit(session, response);
    }
    expect(new Jar().take(response).names).toEqual([NAME, `${NAME}.1`]);
  });
});

describe("the event token-large", () => {
  it("is sent beyond 3072 bytes of name and token, and not below", async () => {
    const { length } = await tokenOf(2100);
    for (const [total, events] of [
      [3072, []],
      [3073, [{ type: "token-large", bytes: 3073 }]],
    ] as const) {
      const test = setUp({ secrets: SECRET, cookie: { name: "n".repeat(total - length) } });
      await test.visit(undefined, fill("x".repeat(2100)));
      expect(test.events).toEqual(events);
    }
  });

  it("tells the bytes of the whole where there are chunks", async () => {
    const { events, jar } = await large(3);
    const bytes = (jar.header ?? "").replaceAll(/(; )?s(\.\d)?=(3~)?/g, "").length + NAME.length;
    expect(events).toEqual([{ type: "token-large", bytes }]);
  });
});
