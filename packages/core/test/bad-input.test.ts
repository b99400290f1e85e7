import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RejectionReason } from "../src/index.ts";
import { textToBase64url } from "../src/lib/token/base64url.ts";
import { badContents, CLAIMS, forgeSigned, NAME } from "./forge.ts";
import { cookieIn, OLD_SECRET, SECRET, START, setUp, touch } from "./helpers.ts";
import { jwsOf, signingKeyOf } from "./token-format.ts";

async function good() {
  const test = setUp();
  const cookie = await test.cookieOf((session) => session.set("user", "ada"));
  const token = cookie.slice(NAME.length + 1);
  const [header = "", payload = "", signature = ""] = token.split(".");
  return { ...test, cookie, token, header, payload, signature };
}

async function forgeWithHeader(header: string): Promise<string> {
  const { key } = await signingKeyOf(SECRET, NAME);
  return jwsOf(key, header, new TextEncoder().encode(JSON.stringify(CLAIMS)));
}

/** Its payload is this text, as it stands. */
async function forgePayload(payload: string): Promise<string> {
  const { key, kid } = await signingKeyOf(SECRET, NAME);
  return jwsOf(key, `{"alg":"HS256","kid":"${kid}"}`, payload);
}

/** Claims that end so that padding and `-` are in their base64url. */
const encoded = textToBase64url(JSON.stringify({ ...CLAIMS, d: { a: "~~~", b: "~~~~~~" } }));

describe("a token that is not ours", () => {
  const mangle = (change: (parts: Awaited<ReturnType<typeof good>>) => string | Promise<string>) => change;
  const none = textToBase64url(JSON.stringify({ alg: "none" }));
  const inputs: [name: string, make: ReturnType<typeof mangle>, reason: RejectionReason][] = [
    ["empty", () => "", "malformed"],
    ["one character", () => "x", "malformed"],
    ["two dots", () => "..", "malformed"],
    ["not base64url", () => "a b.c+d.e/f=", "malformed"],
    ["percent-encoded", ({ token }) => encodeURIComponent(token).replace(/\./g, "%2E"), "malformed"],
    ["four parts", ({ token }) => `${token}.x`, "malformed"],
    ["two parts", ({ header, payload }) => `${header}.${payload}`, "malformed"],
    ["five parts, like a JWE", ({ token }) => `${token}.a.b`, "malformed"],
    ["without its last character", ({ token }) => token.slice(0, -1), "malformed"],
    ["with one character more", ({ token }) => `${token}A`, "malformed"],
    ["without a signature", ({ header, payload }) => `${header}.${payload}.`, "malformed"],
    ["without a payload", ({ header, signature }) => `${header}..${signature}`, "bad-signature"],
    ["without a header", ({ payload, signature }) => `.${payload}.${signature}`, "unknown-key"],
    ["with padding", ({ header, payload, signature }) => `${header}.${payload}=.${signature}`, "bad-signature"],
    ["the same signature, written otherwise", ({ token }) => sameBitsOtherText(token), "malformed"],
    ["100 KB", () => "a".repeat(102_400), "too-large"],
    ["a byte too long for a cookie", ({ token }) => token.padEnd(4097 - NAME.length, "A"), "too-large"],
    ["alg none", ({ payload }) => `${none}.${payload}.`, "malformed"],
    ["alg none, with a signature", ({ payload, signature }) => `${none}.${payload}.${signature}`, "unknown-key"],
    ["of another secret", () => tokenOf({ secrets: OLD_SECRET }), "unknown-key"],
    ["of another cookie", () => tokenOf({ cookie: { name: "other" } }), "unknown-key"],
    ["the right key, another typ", () => forgeSigned(JSON.stringify(CLAIMS), ',"typ":"JWT"'), "unknown-key"],
    [
      "the right key, compressed, where nothing is",
      () => forgeSigned(JSON.stringify(CLAIMS), ',"zip":"DEF"'),
      "unknown-key",
    ],
    ["the right key, another kid", () => forgeWithHeader('{"alg":"HS256","kid":"x"}'), "unknown-key"],
    ["another payload", ({ header, signature }) => `${header}.${textToBase64url("{}")}.${signature}`, "bad-signature"],
    ["another signature", ({ header, payload }) => `${header}.${payload}.${"A".repeat(43)}`, "bad-signature"],
    ["signed, but no base64url", () => forgePayload("A"), "undecodable"],
    [
      "signed, with a space in the payload",
      () => forgePayload(`${encoded.slice(0, 8)} ${encoded.slice(8)}`),
      "undecodable",
    ],
    ["signed, with a padded payload", () => forgePayload(`${encoded}=`), "undecodable"],
    [
      "signed, with base64 that is not for URLs",
      () => forgePayload(encoded.replaceAll("-", "+").replaceAll("_", "/")),
      "undecodable",
    ],
    ...badContents.map(
      ([name, content, reason]) => [`signed: ${name}`, () => forgeSigned(content), reason] as (typeof inputs)[number],
    ),
  ];

  it.each(inputs)("gives an empty session and one event: %s", async (_name, make, reason) => {
    const test = await good();
    const token = await make(test);
    const response = await test.visit(`${NAME}=${token}`, (session) => {
      expect([session.isNew, session.size, session.owner, [...session]]).toEqual([true, 0, undefined, []]);
    });
    expect(test.events).toEqual([{ type: "token-rejected", reason }]);
    expect(response.status).toBe(200);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it.each(inputs)("does not harm the good session beside it: %s", async (_name, make) => {
    const test = await good();
    const token = await make(test);
    expect(await test.dataOf(`${NAME}=${token}; ${test.cookie}`)).toEqual({ user: "ada" });
    expect(await test.dataOf(`${test.cookie}; ${NAME}=${token}`)).toEqual({ user: "ada" });
  });

  it("is told from ours whichever character was exchanged", async () => {
    const { visit, token, events } = await good();
    for (let i = 0; i < token.length; i++) {
      const other = token[i] === "A" ? "B" : "A";
      await visit(`${NAME}=${token.slice(0, i)}${other}${token.slice(i + 1)}`, (session) =>
        expect(session.size).toBe(0),
      );
    }
    expect(events).toHaveLength(token.length);
  });

  it("is told from ours wherever it was cut off", async () => {
    const { visit, token, events } = await good();
    for (let i = 0; i < token.length; i += 7) {
      await visit(`${NAME}=${token.slice(0, i)}`, (session) => expect(session.size).toBe(0));
    }
    expect(events).toHaveLength(Math.ceil(token.length / 7));
  });

  it("never makes anything throw, whatever it is", async () => {
    const { sessions } = setUp();
    // A header is bytes; CR, LF and NUL can't be in one.
    const byte = fc.integer({ min: 1, max: 255 }).filter((code) => code !== 10 && code !== 13);
    const text = fc.array(byte, { maxLength: 200 }).map((codes) => String.fromCharCode(...codes));
    const part = fc.oneof(fc.base64String(), text, fc.constant(textToBase64url('{"alg":"HS256"}')));
    const token = fc.oneof(
      text,
      fc.tuple(part, part, part).map((parts) => parts.join(".")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(token, { maxLength: 4 }), async (tokens) => {
        const cookie = tokens.map((value) => `${NAME}=${value}`).join("; ");
        const session = await sessions.load({ headers: { get: () => cookie } });
        expect([session.size, session.isNew]).toEqual([0, true]);
      }),
    );
  });
});

describe("data with a MAC that holds", () => {
  it("keeps __proto__ and constructor as data", async () => {
    const { dataOf } = setUp();
    const data = '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}';
    const token = await forgeSigned(`{"sid":"${CLAIMS.sid}","iat":${START},"exp":${START + 9},"d":${data}}`);
    const loaded = await dataOf(`${NAME}=${token}`);
    expect(JSON.stringify(loaded)).toBe(data);
    expect("isAdmin" in loaded).toBe(false);
    expect("isAdmin" in {}).toBe(false);
  });

  it("keeps lone surrogates, whether escaped or not", async () => {
    const { dataOf } = setUp();
    const token = await forgeSigned(JSON.stringify({ ...CLAIMS, d: { a: "\ud800" } }));
    expect(await dataOf(`${NAME}=${token}`)).toEqual({ a: "\ud800" });
  });

  it("reads 1400 nested lists, as many as a cookie can hold, without harm", async () => {
    const { visit, events } = setUp();
    const nested = "[".repeat(1400) + "]".repeat(1400);
    const token = await forgeSigned(`{"sid":"${CLAIMS.sid}","iat":${START},"exp":${START + 9},"d":{"n":${nested}}}`);
    const response = await visit(`${NAME}=${token}`, touch);
    expect([response.status, events]).toEqual([200, []]);
  });

  it("refuses 2000 nested lists for their size", async () => {
    const { visit, events } = setUp();
    const nested = "[".repeat(2000) + "]".repeat(2000);
    const token = await forgeSigned(`{"sid":"${CLAIMS.sid}","iat":${START},"exp":${START + 9},"d":{"n":${nested}}}`);
    await visit(`${NAME}=${token}`, touch);
    expect(events).toEqual([{ type: "token-rejected", reason: "too-large" }]);
  });
});

async function tokenOf(options: Parameters<typeof setUp>[0]): Promise<string> {
  const cookie = await setUp(options).cookieOf((session) => session.set("user", "mallory"));
  return cookie.slice(cookie.indexOf("=") + 1);
}

/** 43 characters hold two bits more than 32 bytes need; with those set, a lax decoder reads the same bytes. */
function sameBitsOtherText(token: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(token.slice(-1));
  return token.slice(0, -1) + alphabet[last + 1];
}

it("the helper that forges makes tokens that are accepted, so the tests above can fail", async () => {
  const { dataOf, cookieOf } = setUp();
  expect(await dataOf(`${NAME}=${await forgeSigned(JSON.stringify(CLAIMS))}`)).toEqual({ user: "mallory" });
  expect(await dataOf(await cookieOf((session) => session.set("a", 1)))).toEqual({ a: 1 });
  expect(
    cookieIn(
      await setUp().visit(`${NAME}=${await forgeSigned(JSON.stringify(CLAIMS))}`, (session) => session.set("b", 1)),
    ),
  ).toMatch(NAME);
});
