import type { Awaitable } from "../awaitable.ts";
import type { CommitEffects } from "../decide.ts";
import type { Loaded, RequestLike } from "../load.ts";
import type { SessionState } from "../session/session-state.ts";
import type { Opened } from "../token/codec.ts";
import type { OwnerSessions } from "./owner-sessions.ts";

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
