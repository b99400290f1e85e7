import { expect, it } from "vitest";
import { entryPoints, exportsOf, read } from "./helpers.ts";

/** A change here is a change of the public surface: it belongs in the CHANGELOG. */
const surface: Record<string, string[]> = {
  "@websession/core": [
    "Awaitable",
    "ChunkOptions",
    "Chunking",
    "Codec",
    "CodecSettings",
    "CookieOptions",
    "DataSchema",
    "EndReason",
    "Flash",
    "FormerCookie",
    "FormerToken",
    "HeadersLike",
    "HmacKey",
    "HmacProvider",
    "LifetimeOptions",
    "ListOptions",
    "MemoryStoreOptions",
    "Migrate",
    "OwnedRecord",
    "OwnerSessions",
    "PayloadFormat",
    "ReceivedTokens",
    "RejectionReason",
    "RequestLike",
    "Secret",
    "SecretJwk",
    "Secrets",
    "Session",
    "SessionData",
    "SessionError",
    "SessionErrorCode",
    "SessionEvent",
    "SessionInfo",
    "SessionOptions",
    "SessionRecord",
    "SessionStatus",
    "SessionStore",
    "Sessions",
    "SessionsPerOwner",
    "SignedOptions",
    "StoreOperations",
    "StoreOptions",
    "TokenCodec",
    "TokenExpiry",
    "Transport",
    "UpdateResult",
    "VerifiedToken",
    "bearer",
    "chunk",
    "createSessions",
    "defineStore",
    "deflate",
    "header",
    "memoryStore",
    "signed",
    "webCryptoHmac",
  ],
  "@websession/core/encrypted": ["EncryptedOptions", "encrypted"],
  "@websession/core/testing": [
    "ContractCase",
    "ContractOptions",
    "Fault",
    "FaultyOptions",
    "StoreOperation",
    "faulty",
    "storeContract",
  ],
  "@websession/adapters/fetch": ["SessionsSource", "withSession"],
  "@websession/adapters/hono": ["HonoSessionOptions", "SessionEnv", "SessionsSource", "session"],
  "@websession/adapters/node": [
    "Next",
    "NodeMiddleware",
    "NodeRequest",
    "NodeResponse",
    "SessionMiddlewareOptions",
    "SessionRequest",
    "nodeHmac",
    "session",
    "withSession",
  ],
  "@websession/adapters/stores/cloudflare-kv": ["CloudflareKvOptions", "KvNamespace", "cloudflareKv"],
  "@websession/adapters/stores/connect": ["ConnectCookie", "ConnectSession", "ConnectStoreLike", "connectStore"],
  "@websession/adapters/stores/d1": [
    "D1DatabaseLike",
    "D1Statement",
    "SqlOptions",
    "SqlStore",
    "SqlValue",
    "d1Store",
    "tableSql",
  ],
  "@websession/adapters/stores/deno-kv": ["DenoKv", "DenoKvStoreOptions", "denoKvStore"],
  "@websession/adapters/stores/durable-object": [
    "SessionNamespace",
    "SessionStub",
    "WebsessionObject",
    "durableObjectStore",
  ],
  "@websession/adapters/stores/dynamo": ["DynamoDocument", "DynamoStoreOptions", "dynamoStore"],
  "@websession/adapters/stores/file": ["FileStoreOptions", "fileStore"],
  "@websession/adapters/stores/memcached": [
    "MemcachedClient",
    "MemcachedResponse",
    "MemcachedStoreOptions",
    "memcachedStore",
  ],
  "@websession/adapters/stores/mysql": [
    "MysqlPool",
    "MysqlStatement",
    "MysqlValue",
    "SqlOptions",
    "SqlStore",
    "mysqlStore",
    "tableSql",
  ],
  "@websession/adapters/stores/postgres": [
    "PgPool",
    "PostgresJs",
    "SqlOptions",
    "SqlStore",
    "SqlValue",
    "postgresStore",
    "tableSql",
  ],
  "@websession/adapters/stores/redis": [
    "IoRedisLike",
    "NodeRedisLike",
    "RedisClient",
    "RedisStoreOptions",
    "redisStore",
  ],
  "@websession/adapters/stores/sqlite": [
    "SqlOptions",
    "SqlStore",
    "SqlValue",
    "SqliteDatabase",
    "SqliteStatement",
    "sqliteStore",
    "tableSql",
  ],
  "@websession/adapters/stores/unstorage": ["UnstorageLike", "UnstorageStoreOptions", "unstorageStore"],
};

it("has these entry points and no others", () => {
  expect(entryPoints.map(({ name }) => name)).toEqual(Object.keys(surface));
});

it.each(entryPoints)("$name exports what is listed here", async ({ name, source }) => {
  expect(exportsOf(source)).toEqual(surface[name]);
  const values = Object.keys(await import(name));
  expect(surface[name]).toEqual(expect.arrayContaining(values));
  const types = (surface[name] ?? []).filter((exported) => !values.includes(exported));
  for (const type of types) expect(type).toMatch(/^[A-Z]/);
});

it.each(entryPoints)("$name only re-exports", ({ source }) => {
  const rest = read(source)
    .replace(/export (?:type )?\{[^}]*\} from "\.\.?\/lib\/[\w/-]+\.ts";/g, "")
    .trim();
  expect(rest).toBe("");
});
