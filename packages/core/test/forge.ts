import { encrypted } from "../src/encrypted.ts";
import type { RejectionReason } from "../src/index.ts";
import { deflate, signed } from "../src/index.ts";
import { SECRET, START } from "./helpers.ts";
import { encryptionKeyOf, jweOf, jwsOf, signingKeyOf } from "./token-format.ts";

export const NAME = "__Host-session";

/** Claims that are accepted. */
export const CLAIMS = { sid: "A".repeat(22), iat: START, exp: START + 100, d: { user: "mallory" } };

type Content = string | Uint8Array<ArrayBuffer>;

const bytesOf = (content: Content) => (typeof content === "string" ? new TextEncoder().encode(content) : content);

/** A signed token with our key, as a holder of the secret might make it; `more` goes into the header. */
export async function forgeSigned(content: Content, more = ""): Promise<string> {
  const { key, kid } = await signingKeyOf(SECRET, NAME);
  return jwsOf(key, `{"alg":"HS256","kid":"${kid}"${more}}`, bytesOf(content));
}

/** The same, encrypted. */
export async function forgeEncrypted(content: Content, more = ""): Promise<string> {
  const { key, kid } = await encryptionKeyOf(SECRET, NAME);
  return jweOf(key, `{"alg":"dir","enc":"A256GCM","kid":"${kid}"${more}}`, bytesOf(content));
}

/** Both kinds of token, each with who makes one of any content with our key. */
export const kinds = [
  { kind: "signed", make: signed, forge: forgeSigned, zipped: signed({ compress: deflate }) },
  { kind: "encrypted", make: encrypted, forge: forgeEncrypted, zipped: encrypted({ compress: deflate }) },
] as const;

const json = (claims: object) => JSON.stringify({ ...CLAIMS, ...claims });

/** What a holder of the secret may have put into a token, and why it is no session. */
export const badContents: [name: string, content: Content, reason: RejectionReason][] = [
  ["nothing", "", "undecodable"],
  ["no UTF-8", new Uint8Array([0xff, 0xfe]), "undecodable"],
  ["no JSON", "not json", "undecodable"],
  ["half a JSON", '{"sid":', "undecodable"],
  ["JSON of another kind", "[1]", "undecodable"],
  ["null", "null", "undecodable"],
  ["no claims", "{}", "undecodable"],
  ["a short sid", json({ sid: "short" }), "undecodable"],
  ["a path as sid", json({ sid: "../../../../etc/passwd____" }), "undecodable"],
  ["times as text", json({ exp: "9" }), "undecodable"],
  ["no exp", json({ exp: undefined }), "undecodable"],
  ["a list as data", json({ d: [1] }), "undecodable"],
  ["an unknown tag", json({ d: { a: { $Evil: 1 } } }), "undecodable"],
  ["an impossible date", json({ d: { a: { $Date: "x" } } }), "undecodable"],
  ["an impossible map", json({ d: { a: { $Map: 1 } } }), "undecodable"],
  ["flashes of another kind", json({ f: [{ a: 1 }] }), "undecodable"],
  ["a number as owner", json({ sub: 1 }), "undecodable"],
  ["times of the future", json({ iat: START + 61 }), "issued-in-future"],
  ["times of the past", json({ exp: START }), "expired"],
  ["negative times", json({ iat: -1, exp: -1 }), "expired"],
];
