import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encrypted } from "../src/encrypted.ts";
import { type RejectionReason, signed } from "../src/index.ts";
import { badContents, CLAIMS, forgeEncrypted, forgeSigned, NAME } from "./forge.ts";
import { OLD_SECRET, SECRET, setUp } from "./helpers.ts";
import { base64url, encryptionKeyOf, jweOf } from "./token-format.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const utf8 = (text: string) => new TextEncoder().encode(text);

/** The header is accepted alone as we write it, and a site that moves over is no laxer. */
const codecs = [
  { where: "encrypted()", codec: encrypted() },
  { where: "encrypted({ accept: [signed()] })", codec: encrypted({ accept: [signed()] }) },
];

type Codec = (typeof codecs)[number]["codec"];

async function good(codec: Codec) {
  const test = setUp({ codec });
  const cookie = await test.cookieOf((session) => session.set("user", "ada"));
  const token = cookie.slice(NAME.length + 1);
  const [header = "", , iv = "", ciphertext = "", tag = ""] = token.split(".");
  return { ...test, cookie, token, header, iv, ciphertext, tag };
}

/** Sealed with our key, but under another header: its members, or all of its text. */
async function forgeHeader(header: (kid: string) => object | string): Promise<string> {
  const { key, kid } = await encryptionKeyOf(SECRET, NAME);
  const made = header(kid);
  return jweOf(key, typeof made === "string" ? made : JSON.stringify(made), utf8(JSON.stringify(CLAIMS)));
}

/** An IV of so many bytes. */
async function forgeIv(bytes: number): Promise<string> {
  const { key, kid } = await encryptionKeyOf(SECRET, NAME);
  const header = `{"alg":"dir","enc":"A256GCM","kid":"${kid}"}`;
  return jweOf(key, header, utf8(JSON.stringify(CLAIMS)), new Uint8Array(bytes).fill(7));
}

/** The same bytes to a lax decoder: the last character has bits to spare, and they are set. */
function otherSpelling(part: string): string {
  return part.slice(0, -1) + alphabet[alphabet.indexOf(part.slice(-1)) + 1];
}

/** A token of a ciphertext that has bits to spare at its end. */
async function withSpareBits(): Promise<string[]> {
  for (const padding of ["", "x", "xx"]) {
    const parts = (await forgeEncrypted(JSON.stringify({ ...CLAIMS, d: { padding } }))).split(".");
    if (parts[3] !== undefined && parts[3].length % 4 !== 0) return parts;
  }
  return expect.unreachable("two of three lengths have bits to spare");
}

const dir = { alg: "dir", enc: "A256GCM" };
const inputs: [
  name: string,
  make: (given: Awaited<ReturnType<typeof good>>) => string | Promise<string>,
  reason: RejectionReason,
][] = [
  ["empty", () => "", "malformed"],
  ["four dots", () => "....", "malformed"],
  ["percent-encoded", ({ token }) => token.replaceAll(".", "%2E"), "malformed"],
  ["three parts of five", ({ header, iv, ciphertext }) => `${header}.${iv}.${ciphertext}`, "malformed"],
  ["four parts", ({ token }) => token.slice(0, token.lastIndexOf(".")), "malformed"],
  ["six parts", ({ token }) => `${token}.AAAA`, "malformed"],
  ["a JWS, filled up to five parts", async () => `${await forgeSigned("{}")}..`, "malformed"],
  ["a JWS, with the dots of a JWE", async () => (await forgeSigned("{}")).replace(".", ".."), "malformed"],
  [
    "a JWS's header and payload in five parts",
    async ({ iv, tag }) => (await forgeSigned(JSON.stringify(CLAIMS))).replace(/\.(.*)\..*/, `..${iv}.$1.${tag}`),
    "unknown-key",
  ],
  ["without a header", ({ token, header }) => token.slice(header.length), "malformed"],
  ["without an IV", ({ token, iv }) => token.replace(iv, ""), "malformed"],
  ["without a ciphertext", ({ token, ciphertext }) => token.replace(ciphertext, ""), "undecryptable"],
  ["without a tag", ({ token, tag }) => token.replace(tag, ""), "malformed"],
  ["with an encrypted key", ({ token }) => token.replace("..", ".AAAA."), "malformed"],
  ["an IV of 9 bytes", ({ token, iv }) => token.replace(iv, iv.slice(0, 12)), "malformed"],
  ["an IV of 16 bytes", () => forgeIv(16), "malformed"],
  ["a tag of 4 bytes", ({ token, tag }) => token.replace(tag, tag.slice(0, 6)), "malformed"],
  ["a tag of 12 bytes", ({ token, tag }) => token.replace(tag, tag.slice(0, 16)), "malformed"],
  ["a tag of 15 bytes", ({ token, tag }) => token.replace(tag, tag.slice(0, 20)), "malformed"],
  ["a tag of 17 bytes", ({ token }) => `${token.slice(0, -1)}AA`, "malformed"],
  ["a tag of zeros", ({ token, tag }) => token.replace(tag, "A".repeat(22)), "undecryptable"],
  ["another IV", ({ token, iv }) => token.replace(iv, "A".repeat(16)), "undecryptable"],
  ["another ciphertext", ({ token, ciphertext }) => token.replace(ciphertext, `AAAA${ciphertext}`), "undecryptable"],
  ["with padding", ({ token }) => `${token}==`, "malformed"],
  ["with base64 that is not for URLs", ({ token, iv }) => token.replace(iv, `+/${iv.slice(2)}`), "malformed"],
  ["white space", ({ token }) => token.replace("..", ". ."), "malformed"],
  ["the tag, written otherwise", ({ token, tag }) => token.replace(tag, otherSpelling(tag)), "malformed"],
  [
    "the ciphertext, written otherwise",
    async () => (await withSpareBits()).map((part, i) => (i === 3 ? otherSpelling(part) : part)).join("."),
    "malformed",
  ],
  ["the header, written otherwise", ({ token, header }) => token.replace(header, otherSpelling(header)), "unknown-key"],
  ["100 KB", () => "a".repeat(102_400), "too-large"],
  ["100 KB in five parts", ({ header }) => `${header}..${"a".repeat(102_400)}.`, "too-large"],
  ["a byte too long for a cookie", ({ token }) => token.padEnd(4097 - NAME.length, "A"), "too-large"],
  ["of another secret", () => tokenOf({ secrets: OLD_SECRET }), "unknown-key"],
  ["of another cookie", () => tokenOf({ cookie: { name: "other" } }), "unknown-key"],
  ["the right key, without kid", () => forgeHeader(() => dir), "unknown-key"],
  ["the right key, another kid", () => forgeHeader(() => ({ ...dir, kid: "x" })), "unknown-key"],
  ["the right key, another order", () => forgeHeader((kid) => ({ kid, ...dir })), "unknown-key"],
  ["the right key, white space", () => forgeHeader((kid) => JSON.stringify({ ...dir, kid }, null, 1)), "unknown-key"],
  [
    "the right key, a member twice",
    () => forgeHeader((kid) => `{"alg":"dir",${JSON.stringify({ ...dir, kid }).slice(1)}`),
    "unknown-key",
  ],
  ["the right key, no JSON", () => forgeHeader(() => "dir"), "unknown-key"],
  ["the right key, null", () => forgeHeader(() => "null"), "unknown-key"],
  ...["none", "HS256", "A256KW", "A256GCMKW", "RSA-OAEP", "ECDH-ES", "PBES2-HS256+A128KW", "DIR", ""].map(
    (alg): (typeof inputs)[number] => [
      `the right key, alg ${alg}`,
      () => forgeHeader((kid) => ({ ...dir, alg, kid })),
      "unknown-key",
    ],
  ),
  ...["A128GCM", "A192GCM", "A256CBC-HS512", "C20P", ""].map((enc): (typeof inputs)[number] => [
    `the right key, enc ${enc}`,
    () => forgeHeader((kid) => ({ ...dir, enc, kid })),
    "unknown-key",
  ]),
  ...[
    { typ: "JWT" },
    { cty: "JWT" },
    { zip: "def" },
    { zip: "GZIP" },
    { zip: null },
    { crit: ["exp"], exp: 1 },
    { crit: [] },
    { p2c: 2 ** 31, p2s: "AAAA" },
    { epk: { kty: "EC" } },
    { jwk: { kty: "oct", k: "AAAA" } },
    { jku: "https://evil.example/" },
    { iv: "AAAA", tag: "AAAA" },
  ].map((more): (typeof inputs)[number] => [
    `the right key, with ${JSON.stringify(more)}`,
    () => forgeHeader((kid) => ({ ...dir, kid, ...more })),
    "unknown-key",
  ]),
  ...badContents.map(
    ([name, content, reason]) =>
      [`encrypted: ${name}`, () => forgeEncrypted(content), reason] as (typeof inputs)[number],
  ),
];

describe.each(codecs)("what $where does not accept", ({ codec }) => {
  it.each(inputs)("gives an empty session and one event: %s", async (_name, make, reason) => {
    const test = await good(codec);
    const token = await make(test);
    const response = await test.visit(`${NAME}=${token}`, (session) => {
      expect([session.isNew, session.size, session.owner, [...session]]).toEqual([true, 0, undefined, []]);
    });
    expect(test.events).toEqual([{ type: "token-rejected", reason }]);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it.each(inputs)("does not harm the good session beside it: %s", async (_name, make) => {
    const test = await good(codec);
    const token = await make(test);
    expect(await test.dataOf(`${NAME}=${token}; ${test.cookie}`)).toEqual({ user: "ada" });
    expect(await test.dataOf(`${test.cookie}; ${NAME}=${token}`)).toEqual({ user: "ada" });
  });

  it("includes ours, whichever character was exchanged", async () => {
    const { dataOf, token, events } = await good(codec);
    for (let i = 0; i < token.length; i++) {
      // Once for the lowest bit of the character, which may be one to spare, and once for all of it.
      for (const other of [alphabet[alphabet.indexOf(token.charAt(i)) ^ 1], token[i] === "A" ? "B" : "A", "."]) {
        if (other === token[i]) continue;
        const data = await dataOf(`${NAME}=${token.slice(0, i)}${other}${token.slice(i + 1)}`);
        expect([i, other, data]).toEqual([i, other, {}]);
      }
    }
    expect(events.length).toBeGreaterThan(2 * token.length);
  });

  it("includes ours, wherever it was cut off, left out or doubled", async () => {
    const { dataOf, token, events } = await good(codec);
    for (let i = 0; i < token.length; i++) {
      const cut = [token.slice(0, i), token.slice(i + 1), token.slice(0, i) + token.slice(i + 1)];
      for (const other of [...cut, `${token.slice(0, i)}${token[i]}${token.slice(i)}`]) {
        expect([i, other === token ? {} : await dataOf(`${NAME}=${other}`)]).toEqual([i, {}]);
      }
    }
    expect(events.length).toBeGreaterThan(3 * token.length);
  });

  it("never makes anything throw, whatever it is", async () => {
    const { sessions } = setUp({ codec });
    const [header = "", , iv = "", , tag = ""] = (await forgeEncrypted("{}")).split(".");
    const byte = fc.integer({ min: 1, max: 255 }).filter((code) => code !== 10 && code !== 13);
    const text = fc.array(byte, { maxLength: 100 }).map((codes) => String.fromCharCode(...codes));
    const part = fc.oneof(
      fc.base64String(),
      text,
      fc.uint8Array({ maxLength: 40 }).map((bytes) => base64url(new Uint8Array(bytes))),
    );
    const or = (usual: string) =>
      fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: part });
    const token = fc.tuple(or(header), or(""), or(iv), part, or(tag)).map((parts) => parts.join("."));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(text, token), { maxLength: 4 }), async (tokens) => {
        const cookie = tokens.map((value) => `${NAME}=${value}`).join("; ");
        const session = await sessions.load({ headers: { get: () => cookie } });
        expect([session.size, session.isNew]).toEqual([0, true]);
      }),
    );
  });
});

async function tokenOf(options: Parameters<typeof setUp>[0]): Promise<string> {
  const { cookieOf } = setUp({ codec: encrypted(), ...options });
  const cookie = await cookieOf((session) => session.set("user", "mallory"));
  return cookie.slice(cookie.indexOf("=") + 1);
}

it("the helpers that forge make tokens that are accepted, so the tests above can fail", async () => {
  const { dataOf } = setUp({ codec: encrypted() });
  const forged = [
    await forgeEncrypted(JSON.stringify(CLAIMS)),
    await forgeHeader((kid) => ({ ...dir, kid })),
    await forgeIv(12),
  ];
  for (const token of forged) expect(await dataOf(`${NAME}=${token}`)).toEqual({ user: "mallory" });
  expect(await dataOf(`${NAME}=${(await withSpareBits()).join(".")}`)).toHaveProperty("padding");
});
