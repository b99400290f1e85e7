import { type Cookie, type CookieOptions, createCookie } from "./cookie.ts";
import { check } from "./errors.ts";
import type { SessionEvent } from "./events.ts";
import { type HmacProvider, webCryptoHmac } from "./hmac.ts";
import { type Keeper, tokenKeeper } from "./keeper.ts";
import { type Lifetime, type LifetimeOptions, readLifetime } from "./lifetime.ts";
import type { RequestLike } from "./load.ts";
import { readSecrets, type Secrets } from "./secrets.ts";
import { signed, type TokenCodec } from "./signed.ts";
import type { SessionStore, StoreOptions } from "./store.ts";

/** What `createSessions` takes. Only `secrets` is required. */
export interface SessionOptions extends StoreOptions {
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
  /** The HMAC-SHA-256 to sign with. Default WebCrypto; on Node, `nodeHmac` of `@websession/adapters/node` is faster. */
  readonly hmac?: HmacProvider;
  /** What happens to a cookie beyond 4096 bytes, which browsers drop: `"error"`, the default, throws `ERR_TOKEN_TOO_LARGE`. */
  readonly overflow?: "error";
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
  readonly cookie: Cookie;
  readonly codec: TokenCodec;
  readonly keeper: Keeper;
  readonly persistent: boolean;
}

export function readOptions(options: SessionOptions): Config {
  const { secrets, persistent = false, store, hmac = webCryptoHmac, overflow = "error" } = options;
  const { onEvent = () => {}, now = Date.now } = options;
  check(overflow === "error", "overflow", 'must be "error"');
  const cookie = createCookie(options.cookie);
  const settings = { lifetime: readLifetime(options.lifetime), onEvent, now: () => Math.floor(now() / 1000) };
  return {
    ...settings,
    cookie,
    codec: signed(readSecrets(secrets), cookie.name, hmac),
    keeper: store === undefined ? tokenKeeper(settings) : store.keeper(settings, options),
    persistent,
  };
}
