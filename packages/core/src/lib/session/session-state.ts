import type { Awaitable } from "../awaitable.ts";
import type { Config } from "../config.ts";
import type { HeaderChanges } from "../header-changes.ts";
import type { Stored } from "../keeper/store-records.ts";
import type { Loaded, RequestLike } from "../load.ts";
import { bytesToBase64url } from "../token/base64url.ts";
import { type Claims, newClaims } from "../token/claims.ts";
import { TrackedValues } from "./tracked-values.ts";

/** `modified` also covers a new session with something in it; `destroyed` one that was ended and not written since. */
export type SessionStatus = "unchanged" | "modified" | "destroyed";

/** All that is known of a session during one request: the handler's Session writes it, commit reads it. */
export interface SessionState {
  readonly loaded: Loaded;
  readonly request: RequestLike;
  readonly config: Config;
  /** What the next token says, but for its times and the data. */
  claims: Claims;
  values: TrackedValues;
  /** What the store has of it by now. */
  stored: Stored | undefined;
  /** The client ought to get a new token in any case. */
  outdated: boolean;
  /** The response may depend on the session. */
  accessed: boolean;
  /** Something other than the values has changed. */
  changed: boolean;
  /** This takes the place of a session that was destroyed. */
  destroyed: boolean;
  /** What commit came to. From then on nothing can be written. */
  outcome: Awaitable<HeaderChanges> | undefined;
}

export function stateOf(loaded: Loaded, request: RequestLike, config: Config): SessionState {
  const claims = loaded.claims ?? newClaims(config);
  const values = new TrackedValues(loaded.fitted ?? claims.d);
  if (loaded.migrated) values.replaceAll(loaded.migrated);
  return {
    loaded,
    request,
    config,
    claims,
    values,
    stored: loaded.stored,
    outdated: loaded.outdated === true,
    accessed: false,
    changed: false,
    destroyed: false,
    outcome: undefined,
  };
}

/** What is written from now on belongs to a new session. */
export function destroy(state: SessionState): void {
  const claims = newClaims(state.config);
  Object.assign(state, { claims, values: new TrackedValues(claims.d), changed: true, destroyed: true });
}

export function change(state: SessionState, claims: Partial<Claims>): void {
  state.claims = { ...state.claims, ...claims };
  state.changed = true;
}

/** 128 random bits, made when somebody asks; not a UUID, which has 122 (ASVS 11.5.1). */
export function idOf({ claims }: SessionState): string {
  claims.sid ??= bytesToBase64url(crypto.getRandomValues(new Uint8Array(16)));
  return claims.sid;
}

export function isEmpty({ values, claims }: SessionState): boolean {
  return claims.sub === undefined && claims.f.length === 0 && values.size === 0;
}

export function statusOf(state: SessionState): SessionStatus {
  if (state.destroyed && isEmpty(state)) return "destroyed";
  return state.changed || state.values.changed() ? "modified" : "unchanged";
}
