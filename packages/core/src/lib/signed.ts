import { type Awaitable, andThen } from "./awaitable.ts";
import { base64urlToText, textToBase64url } from "./base64url.ts";
import { type Claims, decodeClaims } from "./claims.ts";
import type { RejectionReason } from "./events.ts";
import type { HmacProvider } from "./hmac.ts";
import { deriveSigningKey, type SigningKey } from "./keys.ts";

/** What a token of ours held. */
export interface Opened {
  readonly claims: Claims;
  /** Sealed with a secret that is not the newest. */
  readonly outdated: boolean;
}

/** Claims, written as text, to token and back. Never throws on what a client sent. */
export interface TokenCodec {
  seal(claims: string): Awaitable<string>;
  open(token: string): Awaitable<Opened | RejectionReason>;
}

// The canonical base64url of 32 bytes ends in one of these 16 characters. A lax decoder would take others for the same, and
// so make several tokens of one.
const signatureShape = /^[\w-]{42}[AEIMQUYcgkosw048]$/;

/** JWS compact serialisation with HS256 (RFC 7515 section 7.1, RFC 7518 section 3.2). */
export function signed(
  secrets: readonly Uint8Array<ArrayBuffer>[],
  cookieName: string,
  hmac: HmacProvider,
): TokenCodec {
  let derived: SigningKey[] | undefined;

  // The finished keys are kept, not the promise of them: on Workers one request must not wait on another's.
  const derive = async () => {
    derived = await Promise.all(secrets.map((secret) => deriveSigningKey(secret, cookieName, hmac)));
    return derived;
  };

  return {
    seal: (claims) => andThen(derived ?? derive(), ([newest]) => sign(newest as SigningKey, claims)),
    open: (token) => andThen(derived ?? derive(), (all) => verify(all, token)),
  };
}

function sign(key: SigningKey, claims: string): Awaitable<string> {
  const input = `${key.header}.${textToBase64url(claims)}`;
  return andThen(key.hmac.sign(input), (signature) => `${input}.${signature}`);
}

function verify(keys: readonly SigningKey[], token: string): Awaitable<Opened | RejectionReason> {
  const [header, payload, signature, more] = token.split(".");
  if (payload === undefined || signature === undefined || more !== undefined) return "malformed";
  if (!signatureShape.test(signature)) return "malformed";
  const key = keys.find((candidate) => candidate.header === header);
  if (!key) return "unknown-key";
  return andThen(key.hmac.verify(`${header}.${payload}`, signature), (valid) => {
    if (!valid) return "bad-signature";
    try {
      return { claims: decodeClaims(base64urlToText(payload)), outdated: key !== keys[0] };
    } catch {
      return "undecodable";
    }
  });
}
