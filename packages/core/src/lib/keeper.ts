import type { Awaitable } from "./awaitable.ts";
import { encodeClaims } from "./claims.ts";
import type { Settings } from "./config.ts";
import type { CommitEffects } from "./decide.ts";
import { expiryOf, isExpired } from "./lifetime.ts";
import type { Loaded, RequestLike } from "./load.ts";
import { noOwnerSessions, type OwnerSessions } from "./owner-sessions.ts";
import { idOf, type SessionState } from "./session-state.ts";
import type { Opened } from "./signed.ts";

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
  /** What a token issued now says. */
  payload(state: SessionState): Payload;
  /** Replaces a value by what `next` makes of it, and answers with that. */
  update(state: SessionState, key: string, next: (value: unknown) => unknown): Awaitable<unknown>;
}

/** The data travels in the token. */
export function tokenKeeper({ now, lifetime, onEvent }: Settings): Keeper {
  return {
    owners: noOwnerSessions,
    find({ claims, outdated }, request) {
      if (!isExpired(claims, now(), lifetime)) return { client: "valid", claims, outdated };
      onEvent({ type: "token-rejected", reason: "expired" }, request);
      return { client: "ended" };
    },
    isTokenStale: () => true,
    keep: () => true,
    payload(state) {
      const iat = now();
      const exp = expiryOf(state.claims.start, iat, lifetime);
      return {
        text: encodeClaims({ ...state.claims, sid: idOf(state), iat, exp }, state.values.toJson()),
        maxAge: exp - iat,
      };
    },
    update: ({ values }, key, next) => values.replace(key, next(values.get(key))),
  };
}
