export type { Awaitable } from "./lib/awaitable.ts";
export { type Chunking, chunk } from "./lib/chunks.ts";
export type { Codec, CodecSettings, Opened, SecretJwk, TokenCodec } from "./lib/codec.ts";
export type { SessionOptions } from "./lib/config.ts";
export type { CookieOptions } from "./lib/cookie.ts";
export { deflate } from "./lib/deflate.ts";
export { SessionError, type SessionErrorCode } from "./lib/errors.ts";
export type { RejectionReason, SessionEvent } from "./lib/events.ts";
export type { HeadersLike } from "./lib/header-changes.ts";
export { bearer, header } from "./lib/header-transport.ts";
export { type HmacKey, type HmacProvider, webCryptoHmac } from "./lib/hmac.ts";
export type { LifetimeOptions } from "./lib/lifetime.ts";
export type { RequestLike } from "./lib/load.ts";
export { type MemoryStoreOptions, memoryStore } from "./lib/memory-store.ts";
export type { OwnerSessions, SessionInfo } from "./lib/owner-sessions.ts";
export type { PayloadFormat } from "./lib/payload-format.ts";
export type { DataSchema, Migrate } from "./lib/schema.ts";
export type { Secret, Secrets } from "./lib/secrets.ts";
export type { Flash, Session, SessionData } from "./lib/session.ts";
export type { SessionStatus } from "./lib/session-state.ts";
export { createSessions, type Sessions } from "./lib/sessions.ts";
export { type SignedOptions, signed } from "./lib/signed.ts";
export {
  defineStore,
  type OwnedRecord,
  type SessionRecord,
  type SessionStore,
  type StoreOperations,
  type StoreOptions,
  type UpdateResult,
} from "./lib/store.ts";
export type { Carried, Transport } from "./lib/transport.ts";
