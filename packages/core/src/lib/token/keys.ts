import { type Awaitable, andThen } from "../awaitable.ts";
import { bytesToBase64url, textToBase64url, utf8 } from "./base64url.ts";
import type { CodecSettings, SecretJwk } from "./codec.ts";

/** The key that HKDF derives from a secret for one name and purpose. */
export interface DerivedKey {
  /** 32 bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly kid: string;
}

const KEY_BYTES = 32;
const KID_BYTES = 4;

/** Derives a secret's key and `kid` for one algorithm, one name and one purpose of tokens (docs/token-format.md). */
export async function deriveKey(
  secret: Uint8Array<ArrayBuffer>,
  algorithm: "HS256" | "A256GCM",
  { name, purpose }: Pick<CodecSettings, "name" | "purpose">,
): Promise<DerivedKey> {
  // RFC 5869, without a salt.
  const input = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  // A name has no slash, so two different names or purposes never give the same text.
  const info = utf8(`websession/1/${algorithm}/${name}${purpose ? `/${purpose}` : ""}`);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  const bits = await crypto.subtle.deriveBits(parameters, input, 8 * (KEY_BYTES + KID_BYTES));
  const kid = bytesToBase64url(new Uint8Array(bits, KEY_BYTES));
  return { bytes: new Uint8Array(bits.slice(0, KEY_BYTES)), kid };
}

/** The keys of all secrets, made on first use. */
export function keyRing<Key>(
  secrets: readonly Uint8Array<ArrayBuffer>[],
  make: (secret: Uint8Array<ArrayBuffer>) => Promise<Key>,
): <R>(use: (keys: readonly Key[]) => Awaitable<R>) => Awaitable<R> {
  let made: Key[] | undefined;

  // This keeps the finished keys, not their promise: on Workers a request must not await a promise of another request.
  const makeAll = async () => {
    made = await Promise.all(secrets.map(make));
    return made;
  };
  return (use) => andThen(made ?? makeAll(), use);
}

/** Encodes a protected header. A key's headers are fixed: a codec compares a token's whole header and never parses it. */
export function encodeHeader(header: Readonly<Record<string, string>>): string {
  return textToBase64url(JSON.stringify(header));
}

export function jwkOf({ bytes, kid }: DerivedKey, use: SecretJwk["use"], alg: string): SecretJwk {
  return { kty: "oct", use, alg, kid, k: bytesToBase64url(bytes) };
}
