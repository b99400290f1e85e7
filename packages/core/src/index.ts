export type { Awaitable } from "./lib/awaitable.ts";
export { defineStore, type SessionStore } from "./lib/backend/define-store.ts";
export type { ListOptions, OwnerSessions, SessionInfo } from "./lib/backend/owner-sessions.ts";
export type { SessionOptions } from "./lib/config.ts";
export type { SessionStatus } from "./lib/decide.ts";
export { SessionError, type SessionErrorCode } from "./lib/errors.ts";
export type { RejectionReason, SessionEvent } from "./lib/events.ts";
export type { LifetimeOptions } from "./lib/lifetime.ts";
export { type MemoryStoreOptions, memoryStore } from "./lib/memory/memory-store.ts";
export type { HeadersLike, RequestLike } from "./lib/request.ts";
export type { DataSchema, Migrate } from "./lib/schema.ts";
export type { EndReason } from "./lib/session/loaded.ts";
export type { Flash, Session, SessionData } from "./lib/session/session.ts";
export { createSessions, type Sessions } from "./lib/sessions.ts";
export type {
  OwnedRecord,
  SessionRecord,
  SessionsPerOwner,
  StoreOperations,
  StoreOptions,
  UpdateResult,
} from "./lib/store.ts";
export type { Codec, CodecSettings, SecretJwk, TokenCodec, VerifiedToken } from "./lib/token/codec.ts";
export { deflate } from "./lib/token/deflate.ts";
export { type HmacKey, type HmacProvider, webCryptoHmac } from "./lib/token/hmac.ts";
export type { PayloadFormat } from "./lib/token/payload-format.ts";
export type { Secret, Secrets } from "./lib/token/secrets.ts";
export { type SignedOptions, signed } from "./lib/token/signed.ts";
export { type Chunking, type ChunkOptions, chunk } from "./lib/transport/chunks.ts";
export type { CookieOptions, FormerCookie } from "./lib/transport/cookie.ts";
export { bearer, header } from "./lib/transport/header-transport.ts";
export type { FormerToken, ReceivedTokens, TokenExpiry, Transport } from "./lib/transport/transport.ts";
