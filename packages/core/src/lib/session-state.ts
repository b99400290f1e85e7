import type { Awaitable } from "./awaitable.ts";
import { bytesToBase64url } from "./base64url.ts";
import type { Claims } from "./claims.ts";
import type { Config } from "./config.ts";
import type { HeaderChanges } from "./header-changes.ts";
import { expiryOf } from "./lifetime.ts";
import type { Loaded, RequestLike } from "./load.ts";
import { TrackedValues } from "./tracked-values.ts";

/** `modified` also covers a new session with something in it; `destroyed` one that was ended and not written since. */
export type SessionStatus = "unchanged" | "modified" | "destroyed";

/** All that is known of a session during one request: what the handler's Session writes and commit reads. */
export interface SessionState {
  readonly loaded: Loaded;
  readonly request: RequestLike;
  readonly config: Config;
  readonly values: TrackedValues;
  flashes: NonNullable<Claims["f"]>;
  owner: string | undefined;
  persistent: boolean;
  /** When the session started, in seconds. */
  start: number;
  /** Undefined until somebody asks for the id of a new session. */
  id: string | undefined;
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
  const { claims } = loaded;
  return {
    loaded,
    request,
    config,
    values: new TrackedValues(claims?.d ?? {}),
    flashes: claims?.f ?? [],
    owner: claims?.sub,
    persistent: claims ? !!claims.p : config.persistent,
    start: claims?.start ?? claims?.iat ?? config.now(),
    id: claims?.sid,
    accessed: false,
    changed: false,
    destroyed: false,
    outcome: undefined,
  };
}

/** The new and empty session that takes the place of a destroyed one. */
export function successorOf({ loaded, request, config }: SessionState): SessionState {
  const { client } = loaded;
  return { ...stateOf({ client }, request, config), accessed: true, changed: true, destroyed: true };
}

/** 128 random bits; not a UUID, which has 122 (ASVS 11.5.1). */
export function idOf(state: SessionState): string {
  state.id ??= bytesToBase64url(crypto.getRandomValues(new Uint8Array(16)));
  return state.id;
}

export function isEmpty({ values, flashes, owner }: SessionState): boolean {
  return values.size + flashes.length === 0 && owner === undefined;
}

export function statusOf(state: SessionState): SessionStatus {
  if (state.destroyed && isEmpty(state)) return "destroyed";
  return state.changed || state.values.changed() ? "modified" : "unchanged";
}

/** What a token issued now says, beside the data. */
export function claimsOf(state: SessionState): Claims {
  const { start, owner, persistent, flashes, config } = state;
  const iat = config.now();
  return {
    sid: idOf(state),
    iat,
    exp: expiryOf(start, iat, config.lifetime),
    start: start === iat ? undefined : start,
    sub: owner,
    p: persistent || undefined,
    f: flashes.length > 0 ? flashes : undefined,
  };
}
