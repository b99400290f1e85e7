import { describe, expect, it } from "vitest";
import { encrypted } from "../src/encrypted.ts";
import { chunk, deflate, header, memoryStore, type SessionRecord, signed } from "../src/index.ts";
import { START, setUp } from "./helpers.ts";
import {
  CHUNKED,
  DEFLATED,
  encryptionKeyOf,
  jweOf,
  jwsOf,
  PAYLOAD,
  SECRET_OF_VECTORS,
  STORE_PAYLOADS,
  signingKeyOf,
  VECTORS,
} from "./token-format.ts";

const canInflate = typeof DecompressionStream === "function";

const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const hexOf = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const countingFrom = (first: number) => Uint8Array.from({ length: 12 }, (_, i) => first + i);

const payload = new TextEncoder().encode(PAYLOAD);
const compressed = bytesOf(DEFLATED);

const cases = [
  { kind: "signed", keyOf: signingKeyOf, make: jwsOf, content: payload, codec: signed() },
  { kind: "compressed", keyOf: signingKeyOf, make: jwsOf, content: compressed, codec: signed({ compress: deflate }) },
  { kind: "inHeader", keyOf: signingKeyOf, make: jwsOf, content: payload, codec: signed() },
  { kind: "encrypted", keyOf: encryptionKeyOf, make: jweFrom(0), content: payload, codec: encrypted() },
  { kind: "encryptedCompressed", keyOf: encryptionKeyOf, make: jweFrom(12), content: compressed, codec: encrypted() },
] as const;

/** With an IV that counts from there, as only a test vector may have it. */
function jweFrom(first: number): typeof jweOf {
  return (key, header, content) => jweOf(key, header, content, countingFrom(first));
}

describe.each(cases)("the test vector $kind of docs/token-format.md", ({ kind, keyOf, make, content, codec }) => {
  const vector = VECTORS[kind];

  it("follows from its secret, name and content", async () => {
    const { key, kid } = await keyOf(SECRET_OF_VECTORS, vector.name);
    expect([hexOf(key), kid]).toEqual([vector.key, vector.kid]);
    expect(await make(key, vector.header, content)).toBe(vector.token);
  });

  it("is a session", async () => {
    const transport = vector.name === "x-session" ? { transport: header() } : {};
    const { sessions } = setUp({ secrets: SECRET_OF_VECTORS, codec, ...transport });
    const cookie = `${vector.name}=${vector.token}`;
    const session = await sessions.load({ headers: new Headers({ cookie, "x-session": vector.token }) });
    if (content === compressed && !canInflate) return expect(session.isNew).toBe(true);
    expect(Object.fromEntries(session)).toEqual({ visits: 1, since: new Date(0) });
    expect([session.id, session.owner, session.flashes()]).toEqual([
      "AAECAwQFBgcICQoLDA0ODw",
      "ada",
      [{ category: "info", message: "Välkommen" }],
    ]);
  });
});

it("the test vector in two cookies is a session", async () => {
  const { dataOf } = setUp({ secrets: SECRET_OF_VECTORS, overflow: chunk });
  const cookies = Object.entries(CHUNKED).map(([name, value]) => `${name}=${value}`);
  expect(await dataOf(cookies.join("; "))).toEqual({ visits: 1, since: new Date(0) });
});

describe("the test vectors of docs/token-format.md for a session in a store", () => {
  const COOKIE = `${VECTORS.generation.name}=${VECTORS.generation.token}`;
  const copyCookie = `${VECTORS.copy.name}-copy=${VECTORS.copy.token}`;

  /** A store with the record of the session, of this generation. */
  async function storeWith(generation: number) {
    const store = memoryStore({ now: () => START * 1000 });
    const { sid, start, sub, d } = JSON.parse(STORE_PAYLOADS.copy);
    const times = { createdAt: start, usedAt: START + 3600, expiresAt: START + 1_213_200 };
    const data = JSON.stringify({ sid, iat: times.usedAt, exp: times.expiresAt, start, g: generation, sub, d });
    const record: SessionRecord = { version: 3, data, owner: sub, ...times };
    await store.operations.create(sid, record);
    return store;
  }

  async function visitAt(seconds: number, cookie: string, options: Parameters<typeof setUp>[0]) {
    const { sessions, clock } = setUp({ secrets: SECRET_OF_VECTORS, ...options });
    clock.seconds = seconds;
    const session = await sessions.load({ headers: new Headers({ cookie }) });
    return { isNew: session.isNew, owner: session.owner, data: Object.fromEntries(session) };
  }

  const opened = { isNew: false, owner: "ada", data: { visits: 1 } };
  const none = { isNew: true, owner: undefined, data: {} };

  it.each([
    ["reference", ""],
    ["generation", ""],
    ["copy", "/copy"],
  ] as const)("%s follows from its secret, name, purpose and content", async (kind, purpose) => {
    const vector = VECTORS[kind];
    const { key, kid } = await signingKeyOf(SECRET_OF_VECTORS, vector.name, purpose);
    expect([hexOf(key), kid]).toEqual([vector.key, vector.kid]);
    const content = new TextEncoder().encode(STORE_PAYLOADS[kind]);
    expect(await jwsOf(key, vector.header, content)).toBe(vector.token);
  });

  it("open the record of their generation, and no other", async () => {
    const cookies = { 0: `${VECTORS.reference.name}=${VECTORS.reference.token}`, 1: COOKIE };
    for (const generation of [0, 1] as const) {
      const store = await storeWith(generation);
      expect(await visitAt(START + 3620, cookies[generation], { store })).toEqual(opened);
      expect(await visitAt(START + 3620, cookies[generation === 0 ? 1 : 0], { store })).toEqual(none);
    }
  });

  it("open nothing where the data is in the token", async () => {
    for (const { name, token } of [VECTORS.reference, VECTORS.generation]) {
      expect(await visitAt(START + 3600, `${name}=${token}`, {})).toEqual(none);
    }
  });

  it("count as a copy beside a token of the same generation, for the time of cacheFor", async () => {
    const options = { store: memoryStore(), cacheFor: 60 };
    expect(await visitAt(START + 3659, `${COOKIE}; ${copyCookie}`, options)).toEqual(opened);
    expect(await visitAt(START + 3660, `${COOKIE}; ${copyCookie}`, options)).toEqual(none);
    const ofFormer = `${VECTORS.reference.name}=${VECTORS.reference.token}; ${copyCookie}`;
    expect(await visitAt(START + 3659, ofFormer, options)).toEqual(none);
  });

  it("open nothing as a copy alone, nor in the cookie of the session", async () => {
    const options = { store: memoryStore(), cacheFor: 60 };
    for (const cookie of [copyCookie, `${VECTORS.copy.name}=${VECTORS.copy.token}`]) {
      expect(await visitAt(START + 3659, cookie, options)).toEqual(none);
      expect(await visitAt(START + 3659, cookie, {})).toEqual(none);
    }
  });
});
