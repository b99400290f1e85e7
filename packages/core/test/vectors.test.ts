import { describe, expect, it } from "vitest";
import { encrypted } from "../src/encrypted.ts";
import { chunk, deflate, header, signed } from "../src/index.ts";
import { setUp } from "./helpers.ts";
import {
  CHUNKED,
  DEFLATED,
  encryptionKeyOf,
  jweOf,
  jwsOf,
  PAYLOAD,
  SECRET_OF_VECTORS,
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
