import type { Backend, BackendEnvironment, Copying } from "./backend/backend.ts";
import type { SessionStore } from "./backend/define-store.ts";
import { Sealer } from "./backend/sealer.ts";
import { TokenBackend } from "./backend/token-backend.ts";
import { assertOption } from "./errors.ts";
import type { SessionEvent } from "./events.ts";
import { type LifetimeOptions, readLifetime } from "./lifetime.ts";
import type { RequestLike } from "./request.ts";
import { checkData, type DataSchema, type Migrate, type SchemaRules } from "./schema.ts";
import type { SessionData } from "./session/session.ts";
import type { Settings } from "./settings.ts";
import type { StoreOptions } from "./store.ts";
import type { Codec, CodecSettings, TokenCodec } from "./token/codec.ts";
import { type HmacProvider, webCryptoHmac } from "./token/hmac.ts";
import { readSecrets, type Secrets } from "./token/secrets.ts";
import { signed } from "./token/signed.ts";
import type { Chunking } from "./transport/chunks.ts";
import { type CookieOptions, cookieTransport } from "./transport/cookie.ts";
import type { Transport } from "./transport/transport.ts";

/** What `createSessions` takes. Only `secrets` is required. */
export interface SessionOptions<Data extends object = SessionData> extends StoreOptions {
  /**
   * One secret, or a list with the newest first: the first signs, all verify. Each a string or bytes of at least 32 bytes.
   * A session of an older secret is signed anew when it is next used, with a store when it next gets a new token.
   */
  readonly secrets: Secrets;
  /** The cookie's name and attributes. Default: `__Host-session; Path=/; HttpOnly; Secure; SameSite=Lax`. */
  readonly cookie?: CookieOptions;
  /** Default false: the cookie ends with the browser. True: it lives as long as the session, at most 400 days. */
  readonly persistent?: boolean;
  /** Timeouts in seconds; they are enforced here, not by the cookie. */
  readonly lifetime?: LifetimeOptions;
  /** Default none: the data travels in the token. Given, the token holds the session's id, and the data lives in the store. */
  readonly store?: SessionStore;
  /**
   * Default none: `destroy` clears the cookie, but a copy of it lives until it expires. For sessions in the token: a store
   * that remembers which have ended. Every load asks it, one round trip, and once more before a cookie goes out; `revoke` and
   * `revokeAll` work.
   */
  readonly revocations?: SessionStore;
  /** How sessions become tokens. Default `signed()`; `encrypted()` of `@websession/core/encrypted` also hides the data. */
  readonly codec?: Codec;
  /** How tokens travel. Default in the cookie; `header()` and `bearer()` are for APIs and native clients. */
  readonly transport?: Transport;
  /** A Standard Schema (zod, valibot, arktype) of the data, all of it. It tells `Data`, and data is validated on load. */
  readonly schema?: DataSchema<Data>;
  /** Makes today's data of data that does not fit the schema. Without it, or where that fails, the session is empty. */
  readonly migrate?: Migrate<NoInfer<Data>>;
  /** The HMAC-SHA-256 to sign with. Default WebCrypto; on Node, `nodeHmac` of `@websession/adapters/node` is faster. */
  readonly hmac?: HmacProvider;
  /**
   * What happens to a token beyond 4096 bytes, which browsers drop as a cookie. Default `"error"`: commit throws
   * `ERR_TOKEN_TOO_LARGE`. `chunk`, by import, spreads it over at most five cookies. `"store"`, with a `store`, keeps a
   * session in its token while it fits, and its data in the store while it does not.
   */
  readonly overflow?: "error" | "store" | Chunking;
  /** Called with events for the security log, and the request as it was given to `load`. What it throws is not caught. */
  readonly onEvent?: (event: SessionEvent, request: RequestLike) => void;
  /** The clock, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** The options, checked and made ready. */
export interface Config extends Settings, SchemaRules {
  readonly transport: Transport;
  readonly codec: TokenCodec;
  /** By the names that the cookie had before. */
  readonly formerCodecs: ReadonlyMap<string, TokenCodec>;
  readonly backend: Backend;
}

export function readOptions<Data extends object>(options: SessionOptions<Data>): Config {
  const { secrets, persistent = false, codec = signed(), hmac = webCryptoHmac, schema, migrate } = options;
  const { onEvent = () => {}, now = Date.now } = options;
  assertOption(!migrate || schema !== undefined, "migrate", "needs a schema");
  const transport = readTransport(options);
  const lifetime = readLifetime(options.lifetime);
  const settings: Settings = { lifetime, persistent, onEvent, now: () => Math.floor(now() / 1000) };
  const keys = { secrets: readSecrets(secrets), name: transport.name, hmac };
  const ownCodec = codec(keys);
  const environment: BackendEnvironment = {
    settings,
    sealer: new Sealer(ownCodec, transport, settings),
    check: (data) => checkData(schema, data),
    copying: readCopying(options, codec, keys),
  };
  return {
    ...settings,
    transport,
    codec: ownCodec,
    formerCodecs: new Map((transport.formerNames ?? []).map((name) => [name, codec({ ...keys, name })])),
    backend: readBackend(environment, options),
    schema,
    migrate,
  };
}

function readTransport<Data extends object>(options: SessionOptions<Data>): Transport {
  const { cookie, transport, overflow = "error", store } = options;
  const chunking = typeof overflow === "object" ? overflow : undefined;
  const known = chunking ?? /^(error|store)$/.test(overflow as string);
  assertOption(!!known, "overflow", 'must be "error", "store", or `chunk` imported from @websession/core');
  assertOption(overflow !== "store" || store !== undefined, "overflow", '"store" needs a `store`');
  assertOption(
    !transport || !(cookie ?? chunking),
    "transport",
    "can't be combined with `cookie` or `overflow: chunk`",
  );
  return transport ?? cookieTransport(cookie, chunking);
}

/** The second cookie of `cacheFor`, where there is a store for all of the data. */
function readCopying<Data extends object>(
  options: SessionOptions<Data>,
  codec: Codec,
  keys: CodecSettings,
): Copying | undefined {
  const { cacheFor = 0, cookie, store, overflow, transport } = options;
  assertOption(Number.isSafeInteger(cacheFor) && cacheFor >= 0, "cacheFor", "must be whole seconds, 0 or more");
  if (cacheFor === 0 || !store || overflow === "store") return undefined;
  assertOption(!transport, "cacheFor", "needs the cookie transport: with a store it puts a copy into a second cookie");
  const { former: _, ...scope } = cookie ?? {};
  const name = `${keys.name}-copy`;
  return {
    codec: codec({ ...keys, purpose: "copy" }),
    transport: cookieTransport({ ...scope, name }),
    seconds: cacheFor,
  };
}

function readBackend<Data extends object>(environment: BackendEnvironment, options: SessionOptions<Data>): Backend {
  const { store, revocations, overflow, sessionsPerOwner } = options;
  const countable = !sessionsPerOwner || store !== undefined;
  assertOption(countable, "sessionsPerOwner", "needs a `store`: sessions in tokens can't be counted");
  const inStore = store !== undefined && overflow !== "store";
  assertOption(!inStore || !revocations, "revocations", "is for sessions in tokens: those in a `store` end there");
  if (inStore) return store.backends.inStore(environment, options);
  if (store) return store.backends.overflow(environment, options, revocations);
  return revocations?.backends.revocable(environment, options) ?? new TokenBackend(environment);
}
