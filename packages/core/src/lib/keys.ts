import { bytesToBase64url, textToBase64url } from "./base64url.ts";
import type { HmacKey, HmacProvider } from "./hmac.ts";

/** One secret, made ready to sign for one cookie. */
export interface SigningKey {
  /** The encoded protected header with its dot: fixed per key, so verifying compares it whole and reads nothing in it. */
  readonly header: string;
  readonly hmac: HmacKey;
}

const KID_BYTES = 4;

/** Derives key and `kid` from a secret, bound to the purpose and the cookie's name (docs/token-format.md). */
export async function deriveSigningKey(
  secret: Uint8Array<ArrayBuffer>,
  cookieName: string,
  hmac: HmacProvider,
): Promise<SigningKey> {
  const [key, kid] = await Promise.all([
    hkdf(secret, `websession/1/HS256/key/${cookieName}`, 32),
    hkdf(secret, `websession/1/HS256/kid/${cookieName}`, KID_BYTES),
  ]);
  const header = JSON.stringify({ alg: "HS256", kid: bytesToBase64url(kid) });
  return { header: `${textToBase64url(header)}.`, hmac: await hmac.importKey(key) };
}

/** HKDF-SHA-256 (RFC 5869) with an empty salt. */
async function hkdf(secret: Uint8Array<ArrayBuffer>, info: string, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new TextEncoder().encode(info) };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, bytes * 8));
}
