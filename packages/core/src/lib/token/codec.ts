import type { Awaitable } from "../awaitable.ts";
import type { RejectionReason } from "../events.ts";
import type { Claims } from "./claims.ts";
import type { HmacProvider } from "./hmac.ts";

/** The content of a token that a codec has verified. */
export interface VerifiedToken {
  readonly claims: Claims;
  /** The token must be replaced: an older secret sealed it, a codec of `accept` opened it, or its cookie has a former name. */
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

/** Turns the text of claims into a token and back. `open` never throws or rejects, whatever a client sends. */
export interface TokenCodec {
  seal(claims: string): Awaitable<string>;
  open(token: string): Awaitable<VerifiedToken | RejectionReason>;
  /** The keys that open its tokens, newest first. */
  keys(): Promise<SecretJwk[]>;
}

/** What `createSessions` gives to a codec. */
export interface CodecSettings {
  /** The secrets as bytes, newest first. */
  readonly secrets: readonly Uint8Array<ArrayBuffer>[];
  /** The name of the cookie or header that carries the token. A token made for one name does not open under another. */
  readonly name: string;
  /** What the token is for. A token made for one purpose does not open for another. Default: the session itself. */
  readonly purpose?: "copy";
  readonly hmac: HmacProvider;
}

/** Turns sessions into tokens. Made by `signed()`, or by `encrypted()` of `@websession/core/encrypted`. */
export type Codec = (settings: CodecSettings) => TokenCodec;
