import { type Awaitable, andThen } from "./awaitable.ts";
import { base64urlToText, textToBase64url } from "./base64url.ts";
import type { RejectionReason } from "./events.ts";
import type { HmacProvider } from "./hmac.ts";
import { deriveSigningKey, type SigningKey } from "./keys.ts";

/** What a token of ours held. */
export interface Opened {
  readonly payload: string;
  /** Sealed with a secret that is not the newest. */
  readonly outdated: boolean;
}

/** Payload text to token and back. Never throws on what a client sent. */
export interface TokenCodec {
  seal(payload: string): Awaitable<string>;
  open(token: string): Awaitable<Opened | RejectionReason>;
}

// Three base64url parts, the last one 256 bits: a canonical encoding of 32 bytes ends in one of these 16 characters, and
// accepting another would make two tokens of one.
const jwsShape = /^([\w-]+\.)[\w-]+\.([\w-]{42}[AEIMQUYcgkosw048])$/;
const SIGNATURE_LENGTH = 43;

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
    seal: (payload) => andThen(derived ?? derive(), ([newest]) => sign(newest as SigningKey, payload)),
    open: (token) => andThen(derived ?? derive(), (all) => verify(all, token)),
  };
}

function sign(key: SigningKey, payload: string): Awaitable<string> {
  const input = key.header + textToBase64url(payload);
  return andThen(key.hmac.sign(input), (signature) => `${input}.${signature}`);
}

function verify(keys: readonly SigningKey[], token: string): Awaitable<Opened | RejectionReason> {
  const [, header, signature] = jwsShape.exec(token) ?? [];
  if (header === undefined || signature === undefined) return "malformed";
  const index = keys.findIndex((key) => key.header === header);
  const key = keys[index];
  if (key === undefined) return "unknown-key";
  const input = token.slice(0, -SIGNATURE_LENGTH - 1);
  return andThen(key.hmac.verify(input, signature), (valid) =>
    valid ? decode(input.slice(header.length), index > 0) : "bad-signature",
  );
}

function decode(encoded: string, outdated: boolean): Opened | RejectionReason {
  try {
    return { payload: base64urlToText(encoded), outdated };
  } catch {
    return "undecodable";
  }
}
