import type { Awaitable } from "./awaitable.ts";
import type { Backend, BackendEnvironment, Copying } from "./backend/backend.ts";
import type { SessionStore } from "./backend/define-store.ts";
import { Sealer } from "./backend/sealer.ts";
import { TokenBackend } from "./backend/token-backend.ts";
import { assertOption } from "./errors.ts";
import type { SessionEvent } from "./events.ts";
import { type LifetimeOptions, LONGEST, readLifetime } from "./lifetime.ts";
import type { RequestLike } from "./request.ts";
import { checkData, type DataSchema, type Migrate, type SchemaRules } from "./schema.ts";
import type { SessionData } from "./session/session.ts";
import type { Settings } from "./settings.ts";
import type { StoreOptions } from "./store.ts";
import type { Codec, CodecSettings, TokenCodec } from "./token/codec.ts";
import { type HmacProvider, webCryptoHmac } from "./token/hmac.ts";
import { secretSource } from "./token/secret-source.ts";
import type { Secrets } from "./token/secrets.ts";
import { signed } from "./token/signed.ts";
import type { Chunking } from "./transport/chunks.ts";
import { type CookieOptions, cookieTransport } from "./transport/cookie.ts";
import type { Transport } from "./transport/transport.ts";

/** The options of `createSessions`. Only `secrets` is required. */
export interface SessionOptions<Data extends object = SessionData> extends StoreOptions {
  /**
   * One secret, or a list with the newest first: the first signs, all verify. Each has at least 32 bytes, as text or as bytes.
   * A token of an older secret is replaced when its session is next used. With a store it stays until the session's next token.
   *
   * Or a function that gives them, for builds that import modules where no secret is. The first request calls it, and so does
   * every request that comes before it has answered. If it fails or gives wrong secrets, the request rejects with
   * `ERR_INVALID_OPTION`, and the next request calls it again.
   */
  readonly secrets: Secrets | (() => Awaitable<Secrets>);
  /** The cookie's name and attributes. Default: `__Host-session; Path=/; HttpOnly; Secure; SameSite=Lax`. */
  readonly cookie?: CookieOptions;
  /** Default false: the cookie ends with the browser. True: it lives as long as the session, at most 400 days. */
  readonly persistent?: boolean;
  /** Timeouts in seconds. The library enforces them and does not rely on the cookie's expiry. */
  readonly lifetime?: LifetimeOptions;
  /** Default none: the token holds the data. With a store, the token holds the session's id, and the store holds the data. */
  readonly store?: SessionStore;
  /**
   * For sessions in the token: a store that remembers which sessions have ended, so that `revoke` and `revokeAll` work. Default
   * none: `destroy` clears the cookie, but a copy of the cookie opens the session until it expires. Every load asks this store,
   * in one round trip. A commit asks again before it sends a cookie.
   */
  readonly revocations?: SessionStore;
  /** Turns sessions into tokens. Default `signed()`; `encrypted()` of `@websession/core/encrypted` also hides the data. */
  readonly codec?: Codec;
  /** What carries the tokens. Default the cookie; `header()` and `bearer()` are for APIs and native clients. */
  readonly transport?: Transport;
  /** A Standard Schema (zod, valibot, arktype) of all the data. It gives the type `Data`; load and commit check the data. */
  readonly schema?: DataSchema<Data>;
  /** Turns data that does not fit the schema into data that does. Without it, or if it fails, a new session starts. */
  readonly migrate?: Migrate<NoInfer<Data>>;
  /** The HMAC-SHA-256 to sign with. Default WebCrypto; on Node, `nodeHmac` of `@websession/adapters/node` is faster. */
  readonly hmac?: HmacProvider;
  /**
   * What happens to a token that is too large: browsers drop a cookie beyond 4096 bytes. Default `"error"`: commit rejects with
   * `ERR_TOKEN_TOO_LARGE`. Import `chunk` to split the token over several cookies, 7 KB in all. `"store"` needs a `store`: the data
   * lives in the token while it fits, and in the store while it does not.
   */
  readonly overflow?: "error" | "store" | Chunking;
  /** Receives events for the security log, and the request that was given to `load`. The library does not catch its errors. */
  readonly onEvent?: (event: SessionEvent, request: RequestLike) => void;
  /** The clock, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** The options after all checks, as the parts that load and commit use. */
export interface Config extends Settings, SchemaRules {
  /** Makes sure that there are secrets. Throws or rejects with `ERR_INVALID_OPTION`. */
  readonly prepare: () => Awaitable<unknown>;
  readonly transport: Transport;
  readonly codec: TokenCodec;
  /** The codec for each former name of the cookie. */
  readonly formerCodecs: ReadonlyMap<string, TokenCodec>;
  readonly backend: Backend;
}

/** Makes the codec for the tokens of one name and one purpose. */
type CodecFor = (scope: Pick<CodecSettings, "name" | "purpose">) => TokenCodec;

export function readOptions<Data extends object>(options: SessionOptions<Data>): Config {
  const { secrets, persistent = false, codec = signed(), hmac = webCryptoHmac, schema, migrate } = options;
  const { onEvent = () => {}, now = Date.now } = options;
  assertOption(!migrate || schema !== undefined, "migrate", "needs a schema");
  const transport = readTransport(options);
  const lifetime = readLifetime(options.lifetime);
  const settings: Settings = { lifetime, persistent, onEvent, now: () => Math.floor(now() / 1000) };
  const source = secretSource(secrets);
  const codecFor: CodecFor = (scope) => source.codec((known) => codec({ ...scope, secrets: known, hmac }));
  const { name } = transport;
  const ownCodec = codecFor({ name });
  const environment: BackendEnvironment = {
    settings,
    sealer: new Sealer(ownCodec, transport, settings),
    check: (data) => checkData(schema, data),
    copying: readCopying(options, codecFor, name),
  };
  return {
    ...settings,
    prepare: source.ask,
    transport,
    codec: ownCodec,
    formerCodecs: new Map((transport.formerNames ?? []).map((former) => [former, codecFor({ name: former })])),
    backend: readBackend(environment, options),
    schema,
    migrate,
  };
}

function readTransport<Data extends object>(options: SessionOptions<Data>): Transport {
  const { cookie, transport, overflow = "error", store } = options;
  const chunking = typeof overflow === "string" ? undefined : overflow;
  const known = typeof chunking?.split === "function" || /^(error|store)$/.test(overflow as string);
  assertOption(known, "overflow", 'must be "error", "store", or `chunk` imported from @websession/core');
  assertOption(overflow !== "store" || store !== undefined, "overflow", '"store" needs a `store`');
  assertOption(
    !transport || !(cookie ?? chunking),
    "transport",
    "can't be combined with `cookie` or `overflow: chunk`",
  );
  return transport ?? cookieTransport(cookie, chunking);
}

/** The second cookie of `cacheFor`, if a store holds all of the data. */
function readCopying<Data extends object>(
  options: SessionOptions<Data>,
  codecFor: CodecFor,
  name: string,
): Copying | undefined {
  const { cacheFor = 0, cookie, store, overflow, transport } = options;
  const valid = Number.isSafeInteger(cacheFor) && cacheFor >= 0 && cacheFor <= LONGEST;
  assertOption(valid, "cacheFor", `must be whole seconds, from 0 to ${LONGEST} (10 years)`);
  if (cacheFor === 0 || !store || overflow === "store") return undefined;
  assertOption(!transport, "cacheFor", "needs the cookie transport: with a store it puts a copy into a second cookie");
  const { former: _, ...scope } = cookie ?? {};
  return {
    codec: codecFor({ name, purpose: "copy" }),
    transport: cookieTransport({ ...scope, name: `${name}-copy` }),
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
