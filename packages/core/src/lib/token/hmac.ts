import type { Awaitable } from "../awaitable.ts";
import { base64urlToBytes, bytesToBase64url, utf8 } from "./base64url.ts";

/** HMAC-SHA-256 under one key. Texts are ASCII; signatures are base64url without padding, 43 characters. */
export interface HmacKey {
  sign(text: string): Awaitable<string>;
  /** Must compare in constant time. Must not throw on a signature of 43 base64url characters. */
  verify(text: string, signature: string): Awaitable<boolean>;
}

/**
 * An implementation of HMAC-SHA-256. All providers compute the same bytes, so you can exchange them at any time.
 *
 * With a synchronous provider, the commit of a session whose data is in its token is synchronous too.
 */
export interface HmacProvider {
  /** Called once per secret; `key` is 32 bytes. */
  importKey(key: Uint8Array<ArrayBuffer>): Awaitable<HmacKey>;
}

/** HMAC-SHA-256 of WebCrypto, which every runtime has. The default. */
export const webCryptoHmac: HmacProvider = {
  async importKey(bytes) {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign", "verify"]);
    return {
      sign: async (text) => bytesToBase64url(new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(text)))),
      verify: (text, signature) => crypto.subtle.verify("HMAC", key, base64urlToBytes(signature), utf8(text)),
    };
  },
};
