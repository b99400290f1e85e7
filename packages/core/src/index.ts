export type { Awaitable } from "./lib/awaitable.ts";
export type { SessionOptions } from "./lib/config.ts";
export { SessionError, type SessionErrorCode } from "./lib/errors.ts";
export type { RejectionReason, SessionEvent } from "./lib/events.ts";
export type { HeadersLike } from "./lib/header-changes.ts";
export type { OwnerSessions, SessionInfo } from "./lib/keeper/owner-sessions.ts";
export type { LifetimeOptions } from "./lib/lifetime.ts";
export type { RequestLike } from "./lib/load.ts";
export type { DataSchema, Migrate } from "./lib/schema.ts";
export type { Flash, Session, SessionData } from "./lib/session/session.ts";
export type { SessionStatus } from "./lib/session/session-state.ts";
export { createSessions, type Sessions } from "./lib/sessions.ts";
export { type MemoryStoreOptions, memoryStore } from "./lib/store/memory-store.ts";
export {
  defineStore,
  type OwnedRecord,
  type SessionRecord,
  type SessionStore,
  type StoreOperations,
  type StoreOptions,
  type UpdateResult,
} from "./lib/store/store.ts";
export type { Codec, CodecSettings, Opened, SecretJwk, TokenCodec } from "./lib/token/codec.ts";
export { deflate } from "./lib/token/deflate.ts";
export { type HmacKey, type HmacProvider, webCryptoHmac } from "./lib/token/hmac.ts";
export type { PayloadFormat } from "./lib/token/payload-format.ts";
export type { Secret, Secrets } from "./lib/token/secrets.ts";
export { type SignedOptions, signed } from "./lib/token/signed.ts";
export { type Chunking, chunk } from "./lib/transport/chunks.ts";
export type { CookieOptions } from "./lib/transport/cookie.ts";
export { bearer, header } from "./lib/transport/header-transport.ts";
export type { Carried, Transport } from "./lib/transport/transport.ts";
