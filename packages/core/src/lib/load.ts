import { type Awaitable, andThen } from "./awaitable.ts";
import type { Config } from "./config.ts";
import type { RejectionReason } from "./events.ts";
import type { Retired } from "./keeper/retired.ts";
import type { Stored } from "./keeper/store-records.ts";
import { fit } from "./schema.ts";
import type { Claims } from "./token/claims.ts";
import type { Opened } from "./token/codec.ts";

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
  /** Its data as the schema has it. */
  readonly fitted?: Readonly<Record<string, unknown>>;
  /** The same, where that is to be saved. */
  readonly migrated?: Readonly<Record<string, unknown>>;
}

/** Seconds that another server's clock may be ahead of ours. */
const CLOCK_SKEW = 60;

/** The first token that verifies. Never throws on what the client sent. */
export function load(request: RequestLike, config: Config): Awaitable<Loaded> {
  const { transport, keeper, onEvent } = config;
  const { tokens, incomplete = false } = transport.read(request);
  if (tokens.length > 1) onEvent({ type: "duplicate-cookie", count: tokens.length }, request);
  if (incomplete) onEvent({ type: "token-rejected", reason: "incomplete" }, request);

  const tryFrom = (index: number, best: Loaded): Awaitable<Loaded> => {
    const token = tokens[index];
    if (token === undefined) return best;
    return andThen(openToken(token, config), (opened) => {
      if (typeof opened === "string") {
        onEvent({ type: "token-rejected", reason: opened }, request);
        return tryFrom(index + 1, best.client === "none" ? { client: "rejected" } : best);
      }
      return andThen(keeper.find(opened, request), (loaded) => {
        if (loaded.client === "valid") return fit(loaded, request, config);
        // A retired one beside it weighs more than one that has ended: it must not be overtaken.
        return tryFrom(index + 1, best.client === "retired" ? best : loaded);
      });
    });
  };
  return tryFrom(0, { client: incomplete ? "ended" : "none" });
}

/** Cheap checks first, and nothing is decoded before its MAC holds. */
function openToken(token: string, { transport, codec, now }: Config): Awaitable<Opened | RejectionReason> {
  if (token.length > transport.limit) return "too-large";
  return andThen(codec.open(token), (opened) => {
    if (typeof opened === "string" || opened.claims.iat <= now() + CLOCK_SKEW) return opened;
    return "issued-in-future";
  });
}
