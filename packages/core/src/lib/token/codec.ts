import type { Awaitable } from "../awaitable.ts";
import type { RejectionReason } from "../events.ts";
import type { Claims } from "./claims.ts";
import type { HmacProvider } from "./hmac.ts";

/** What a token of ours holds. */
export interface VerifiedToken {
  readonly claims: Claims;
  /** It is to be replaced: it was sealed with a secret that is not the newest, or by a codec that only reads. */
  readonly mustReissue: boolean;
}

/** A key as JSON (RFC 7517, RFC 7518 section 6.4). It is secret. */
export interface SecretJwk {
  readonly kty: "oct";
  readonly use: "sig" | "enc";
  readonly alg: string;
  readonly kid: string;
  /** The key itself, base64url. */
  readonly k: string;
}

/** Claims, written as text, to token and back. Never throws on what a client sent. */
export interface TokenCodec {
  seal(claims: string): Awaitable<string>;
  open(token: string): Awaitable<VerifiedToken | RejectionReason>;
  /** The keys that open its tokens, newest first. */
  keys(): Promise<SecretJwk[]>;
}

/** What a codec is made of. */
export interface CodecSettings {
  /** Newest first. */
  readonly secrets: readonly Uint8Array<ArrayBuffer>[];
  /** Where the token travels: the cookie's or the header's name. A token of one name is worthless in another. */
  readonly name: string;
  /** What the token is for; a token for one purpose is worthless for another. Default: the session itself. */
  readonly purpose?: "copy";
  readonly hmac: HmacProvider;
}

/** How sessions become tokens: `signed()`, or `encrypted()` of `@websession/core/encrypted`. */
export type Codec = (settings: CodecSettings) => TokenCodec;
