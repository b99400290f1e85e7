import { check } from "./errors.ts";
import type { SessionEvent } from "./events.ts";
import type { Keeper } from "./keeper/keeper.ts";
import { tokenKeeper } from "./keeper/token-keeper.ts";
import { type Lifetime, type LifetimeOptions, readLifetime } from "./lifetime.ts";
import type { RequestLike } from "./load.ts";
import type { DataSchema, Migrate } from "./schema.ts";
import type { SessionData } from "./session/session.ts";
import type { SessionStore, StoreOptions } from "./store/store.ts";
import type { Codec, TokenCodec } from "./token/codec.ts";
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
   * A session of an older secret is signed anew when it is next used.
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
   * that remembers which have ended. Every load asks it, one round trip; `revoke` and `revokeAll` work.
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

/** What a keeper of sessions needs to know. */
export interface Settings {
  readonly lifetime: Lifetime;
  readonly onEvent: (event: SessionEvent, request: RequestLike) => void;
  /** Whole seconds since the epoch. */
  readonly now: () => number;
}

/** The options, checked and made ready. */
export interface Config extends Settings {
  readonly transport: Transport;
  readonly codec: TokenCodec;
  readonly keeper: Keeper;
  readonly persistent: boolean;
  readonly schema: DataSchema<object> | undefined;
  readonly migrate: Migrate<object> | undefined;
}

export function readOptions<Data extends object>(options: SessionOptions<Data>): Config {
  const { secrets, persistent = false, codec = signed(), hmac = webCryptoHmac, schema, migrate } = options;
  const { onEvent = () => {}, now = Date.now } = options;
  check(!migrate || schema !== undefined, "migrate", "needs a schema");
  const transport = readTransport(options);
  const settings = { lifetime: readLifetime(options.lifetime), onEvent, now: () => Math.floor(now() / 1000) };
  return {
    ...settings,
    transport,
    codec: codec({ secrets: readSecrets(secrets), name: transport.name, hmac }),
    keeper: readKeeper(settings, options),
    persistent,
    schema,
    migrate,
  };
}

function readTransport<Data extends object>(options: SessionOptions<Data>): Transport {
  const { cookie, transport, overflow = "error", store } = options;
  const chunking = typeof overflow === "object" ? overflow : undefined;
  const known = chunking ?? /^(error|store)$/.test(overflow as string);
  check(!!known, "overflow", 'must be "error", "store" or chunk, by import');
  check(overflow !== "store" || store !== undefined, "overflow", '"store" needs a `store`');
  check(!transport || !(cookie ?? chunking), "transport", "goes without `cookie`, and without chunks of one");
  return transport ?? cookieTransport(cookie, chunking);
}

/** What takes a store comes with the store: who has none does not carry it. */
function readKeeper<Data extends object>(settings: Settings, options: SessionOptions<Data>): Keeper {
  const { store, revocations, overflow, sessionsPerOwner } = options;
  check(
    !sessionsPerOwner || store !== undefined,
    "sessionsPerOwner",
    "needs a `store`: nobody can count sessions in tokens",
  );
  const inStore = store !== undefined && overflow !== "store";
  check(!inStore || !revocations, "revocations", "is for sessions in the token: those in a `store` end there");
  if (inStore) return store.keepers.inStore(settings, options);
  const inToken = revocations ? revocations.keepers.revocable(settings, options) : tokenKeeper(settings);
  return store ? store.keepers.spill(settings, options, inToken) : inToken;
}
