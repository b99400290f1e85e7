import { type Awaitable, andThen } from "./awaitable.ts";
import { base64urlToText, textToBase64url } from "./base64url.ts";
import type { RejectionReason } from "./events.ts";
import type { HmacProvider } from "./hmac.ts";
import { deriveSigningKey, type SigningKey } from "./keys.ts";

/** A token that verified, or why it did not. */
export type Opened =
  | {
      readonly ok: true;
      readonly payload: string /** sealed with a secret that is not the newest */;
      readonly outdated: boolean;
    }
  | { readonly ok: false; readonly reason: RejectionReason };

/** Payload text to token and back. Never throws on what a client sent. */
export interface TokenCodec {
  seal(payload: string): Awaitable<string>;
  open(token: string): Awaitable<Opened>;
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
  let derived: readonly SigningKey[] | undefined;

  // The finished keys are kept, not the promise of them: on Workers one request must not wait on another's.
  const keys = (): Awaitable<readonly SigningKey[]> => derived ?? deriveAll();
  const deriveAll = async (): Promise<readonly SigningKey[]> => {
    derived = await Promise.all(secrets.map((secret) => deriveSigningKey(secret, cookieName, hmac)));
    return derived;
  };

  return {
    seal: (payload) => andThen(keys(), ([newest]) => sign(newest as SigningKey, payload)),
    open: (token) => andThen(keys(), (all) => verify(all, token)),
  };
}

function sign(key: SigningKey, payload: string): Awaitable<string> {
  const input = key.header + textToBase64url(payload);
  return andThen(key.hmac.sign(input), (signature) => `${input}.${signature}`);
}

function verify(keys: readonly SigningKey[], token: string): Awaitable<Opened> {
  const [, header, signature] = jwsShape.exec(token) ?? [];
  if (header === undefined || signature === undefined) return rejected("malformed");
  const index = keys.findIndex((key) => key.header === header);
  const key = keys[index];
  if (key === undefined) return rejected("unknown-key");
  const input = token.slice(0, -SIGNATURE_LENGTH - 1);
  return andThen(key.hmac.verify(input, signature), (valid) =>
    valid ? decode(input.slice(header.length), index > 0) : rejected("bad-signature"),
  );
}

function decode(encoded: string, outdated: boolean): Opened {
  try {
    return { ok: true, payload: base64urlToText(encoded), outdated };
  } catch {
    return rejected("undecodable");
  }
}

function rejected(reason: RejectionReason): Opened {
  return { ok: false, reason };
}
