import type { Awaitable } from "../awaitable.ts";
import type { RejectionReason } from "../events.ts";
import type { Claims } from "./claims.ts";
import type { HmacProvider } from "./hmac.ts";

/** What a token of ours held. */
export interface Opened {
  readonly claims: Claims;
  /** It ought to be replaced: sealed with a secret that is not the newest, or by a codec that only reads. */
  readonly outdated: boolean;
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
  open(token: string): Awaitable<Opened | RejectionReason>;
  /** The keys that open its tokens, newest first. */
  keys(): Promise<SecretJwk[]>;
}

/** What a codec is made of. */
export interface CodecSettings {
  /** Newest first. */
  readonly secrets: readonly Uint8Array<ArrayBuffer>[];
  /** Where the token travels: the cookie's or the header's name. A token of one name is worthless in another. */
  readonly name: string;
  readonly hmac: HmacProvider;
}

/** How sessions become tokens: `signed()`, or `encrypted()` of `@websession/core/encrypted`. */
export type Codec = (settings: CodecSettings) => TokenCodec;
