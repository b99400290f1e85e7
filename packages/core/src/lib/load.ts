import { type Awaitable, andThen } from "./awaitable.ts";
import type { Claims } from "./claims.ts";
import type { Config } from "./config.ts";
import { MAX_COOKIE_BYTES } from "./cookie.ts";
import { cookieValues } from "./cookie-header.ts";
import type { RejectionReason } from "./events.ts";
import type { Retired } from "./retired.ts";
import type { Opened } from "./signed.ts";
import type { Stored } from "./store-records.ts";

/** What is read of a request: a `Request` will do. `url` only serves the `insecure-request` event. */
export interface RequestLike {
  readonly headers: Pick<Headers, "get">;
  readonly url?: string;
}

/** What the client's cookies amounted to. */
export interface Loaded {
  /** `ended`: expired, revoked or unknown to the store; `retired`: another response ends it or gives it a new id. */
  readonly client: "none" | "rejected" | "ended" | "retired" | "valid";
  /** Those of a valid one. */
  readonly claims?: Claims | undefined;
  /** Its record, where it has one. */
  readonly stored?: Stored | undefined;
  /** The note that a retired one left. */
  readonly retired?: Retired | undefined;
  /** The client ought to get a new token: this one was made with a secret that is not the newest, or is a copy grown old. */
  readonly outdated?: boolean;
}

/** Cookies of one name that are tried, so that nobody can make us verify thousands. */
const MAX_CANDIDATES = 8;

/** Seconds that another server's clock may be ahead of ours. */
const CLOCK_SKEW = 60;

/** The first cookie of the session's name that verifies. Never throws on what the client sent. */
export function load(request: RequestLike, config: Config): Awaitable<Loaded> {
  const header = request.headers.get("cookie");
  if (header === null) return { client: "none" };
  const tokens = cookieValues(header, config.cookie.name, MAX_CANDIDATES);
  if (tokens.length > 1) config.onEvent({ type: "duplicate-cookie", count: tokens.length }, request);
  return tryTokens(tokens, { client: "none" }, request, config);
}

function tryTokens(
  [token, ...others]: string[],
  best: Loaded,
  request: RequestLike,
  config: Config,
): Awaitable<Loaded> {
  if (token === undefined) return best;
  return andThen(openToken(token, config), (opened) => {
    if (typeof opened === "string") {
      config.onEvent({ type: "token-rejected", reason: opened }, request);
      return tryTokens(others, best.client === "none" ? { client: "rejected" } : best, request, config);
    }
    return andThen(config.keeper.find(opened, request), (loaded) => {
      if (loaded.client === "valid") return loaded;
      // A retired one beside it weighs more than one that has ended: it must not be overtaken.
      return tryTokens(others, best.client === "retired" ? best : loaded, request, config);
    });
  });
}

/** Cheap checks first, and nothing is decoded before its MAC holds. */
function openToken(token: string, { cookie, codec, now }: Config): Awaitable<Opened | RejectionReason> {
  if (cookie.name.length + token.length > MAX_COOKIE_BYTES) return "too-large";
  return andThen(codec.open(token), (opened) => {
    if (typeof opened === "string" || opened.claims.iat <= now() + CLOCK_SKEW) return opened;
    return "issued-in-future";
  });
}
