import type { Awaitable } from "./awaitable.ts";
import { type Claims, encodeClaims } from "./claims.ts";
import type { Opened } from "./codec.ts";
import type { Settings } from "./config.ts";
import type { CommitEffects } from "./decide.ts";
import { expiryOf, isExpired } from "./lifetime.ts";
import type { Loaded, RequestLike } from "./load.ts";
import { noOwnerSessions, type OwnerSessions } from "./owner-sessions.ts";
import { idOf, type SessionState } from "./session-state.ts";

/** A token's payload, and for how many seconds a persistent cookie is to keep it. */
export interface Payload {
  readonly text: string;
  readonly maxAge: number;
}

/** Where the data of sessions is kept: in the token itself, or in a store. */
export interface Keeper {
  readonly owners: OwnerSessions;
  /** The session that a verified token stands for; `ended` where it does not live any more. */
  find(opened: Opened, request: RequestLike): Awaitable<Loaded>;
  /** Whether the client's token does not say what the next one would. */
  isTokenStale(state: SessionState): boolean;
  /** Does what was decided about the record. False where the session was ended meanwhile: then no cookie is sent. */
  keep(state: SessionState, effect: CommitEffects["record"]): Awaitable<boolean>;
  /**
   * Ends what a new token takes the place of, once that is made: if it can't be made, nothing has ended. False where it was
   * ended meanwhile: then no cookie is sent.
   */
  settle?(state: SessionState): Awaitable<boolean>;
  /** What a token issued now says. */
  payload(state: SessionState): Payload;
  /** What it says instead where that is too large. Left out: nothing can be done about it. */
  overflow?(state: SessionState): Awaitable<Payload>;
  /** Replaces a value by what `next` makes of it, and answers with that. */
  update(state: SessionState, key: string, next: (value: unknown) => unknown): Awaitable<unknown>;
}

/** The data travels in the token. */
export function tokenKeeper(settings: Settings): Keeper {
  const { now, lifetime, onEvent } = settings;
  return {
    owners: noOwnerSessions,
    find({ claims, outdated }, request) {
      if (!isExpired(claims, now(), lifetime)) return { client: "valid", claims, outdated };
      onEvent({ type: "token-rejected", reason: "expired" }, request);
      return { client: "ended" };
    },
    isTokenStale: () => true,
    keep: () => true,
    payload: (state) => payloadOf({ ...state.claims, sid: idOf(state) }, state.values.toJson(), settings),
    update: ({ values }, key, next) => values.replace(key, next(values.get(key))),
  };
}

/** Claims as a token that is issued now has them; `data` is the text of theirs. */
export function payloadOf(claims: Omit<Claims, "d">, data: string, { now, lifetime }: Settings): Payload {
  const iat = now();
  const exp = expiryOf(claims.start, iat, lifetime);
  return { text: encodeClaims({ ...claims, iat, exp }, data), maxAge: exp - iat };
}
