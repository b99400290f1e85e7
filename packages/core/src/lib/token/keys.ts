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

/** Key and `kid` of a secret, bound to the algorithm, the token's name and its purpose (docs/token-format.md). */
export async function deriveKey(
  secret: Uint8Array<ArrayBuffer>,
  algorithm: "HS256" | "A256GCM",
  { name, purpose }: Pick<CodecSettings, "name" | "purpose">,
): Promise<DerivedKey> {
  // RFC 5869, without a salt.
  const input = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  // A name has no slash in it, so no two of these are alike.
  const info = utf8(`websession/1/${algorithm}/${name}${purpose ? `/${purpose}` : ""}`);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  const bits = await crypto.subtle.deriveBits(parameters, input, 8 * (KEY_BYTES + KID_BYTES));
  const kid = bytesToBase64url(new Uint8Array(bits, KEY_BYTES));
  return { bytes: new Uint8Array(bits.slice(0, KEY_BYTES)), kid };
}

/** The keys of all secrets, made when first asked for. */
export function keyRing<Key>(
  secrets: readonly Uint8Array<ArrayBuffer>[],
  make: (secret: Uint8Array<ArrayBuffer>) => Promise<Key>,
): <R>(use: (keys: readonly Key[]) => Awaitable<R>) => Awaitable<R> {
  let made: Key[] | undefined;

  // The finished keys are kept, not the promise of them: on Workers one request must not wait on another's.
  const makeAll = async () => {
    made = await Promise.all(secrets.map(make));
    return made;
  };
  return (use) => andThen(made ?? makeAll(), use);
}

/** A protected header, encoded. It is fixed per key, so that it can be compared whole and nothing in it is read. */
export function encodeHeader(header: Readonly<Record<string, string>>): string {
  return textToBase64url(JSON.stringify(header));
}

export function jwkOf({ bytes, kid }: DerivedKey, use: SecretJwk["use"], alg: string): SecretJwk {
  return { kty: "oct", use, alg, kid, k: bytesToBase64url(bytes) };
}
