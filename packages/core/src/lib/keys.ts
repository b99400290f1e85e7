import { bytesToBase64url, textToBase64url, utf8 } from "./base64url.ts";
import type { HmacKey, HmacProvider } from "./hmac.ts";

/** One secret, made ready to sign for one cookie. */
export interface SigningKey {
  /** The encoded protected header: fixed per key, so verifying compares it whole and reads nothing in it. */
  readonly header: string;
  readonly hmac: HmacKey;
}

const KEY_BYTES = 32;
const KID_BYTES = 4;

/** Derives key and `kid` from a secret, bound to the purpose and the cookie's name (docs/token-format.md). */
export async function deriveSigningKey(
  secret: Uint8Array<ArrayBuffer>,
  cookieName: string,
  hmac: HmacProvider,
): Promise<SigningKey> {
  // RFC 5869, without a salt.
  const input = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const parameters = {
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(),
    info: utf8(`websession/1/HS256/${cookieName}`),
  };
  const bits = await crypto.subtle.deriveBits(parameters, input, 8 * (KEY_BYTES + KID_BYTES));
  const kid = bytesToBase64url(new Uint8Array(bits, KEY_BYTES));
  const header = textToBase64url(`{"alg":"HS256","kid":"${kid}"}`);
  return { header, hmac: await hmac.importKey(new Uint8Array(bits.slice(0, KEY_BYTES))) };
}
