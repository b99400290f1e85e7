import type { Awaitable } from "../awaitable.ts";
import type { SessionStatus } from "../decide.ts";
import type { RequestContext } from "../request.ts";
import type { HeaderChanges } from "../response.ts";
import type { Settings } from "../settings.ts";
import { type Claims, newClaims, randomId } from "../token/claims.ts";
import type { Loaded, StoredSession } from "./loaded.ts";
import { TrackedValues } from "./tracked-values.ts";

/** An update that waits for commit, because the session's new token is not saved yet. */
export interface PendingUpdate {
  readonly key: string;
  readonly next: (value: unknown) => unknown;
}

/** The state of a session during one request: the handler's Session writes it, commit and the backends read it. */
export interface SessionState {
  readonly loaded: Loaded;
  readonly context: RequestContext;
  readonly settings: Settings;
  /** The claims of the next token, except its times and the data. */
  claims: Claims;
  values: TrackedValues;
  /** The newest known record: the one that was loaded, or the one that `update` wrote. */
  stored: StoredSession | undefined;
  /** The handler has used the session, so the response may depend on it. */
  accessed: boolean;
  /** Something other than the values has changed. */
  changed: boolean;
  /** Commit ends the session that was loaded. Everything written since belongs to a new one. */
  destroyed: boolean;
  /** Commit gives the session a new token, of the next generation. */
  renewed: boolean;
  /** The owner that the handler gave to `login`. */
  loginOwner: string | undefined;
  /** Nothing of the data that was loaded may stay, for example because it belongs to another owner. */
  discardsData: boolean;
  /** Updates that commit repeats, on the record at that time. */
  pendingUpdates: readonly PendingUpdate[];
  /** The outcome of commit. From then on nothing can be written. */
  outcome: Awaitable<HeaderChanges> | undefined;
}

export function createState(loaded: Loaded, context: RequestContext, settings: Settings): SessionState {
  const claims = loaded.claims ?? newClaims(settings);
  const values = new TrackedValues(loaded.validated ?? loaded.migrated ?? claims.data);
  return {
    loaded,
    context,
    settings,
    claims,
    values,
    stored: loaded.stored,
    accessed: false,
    // Commit must save the result of `migrate`.
    changed: loaded.migrated !== undefined && loaded.client === "valid",
    destroyed: false,
    renewed: false,
    loginOwner: undefined,
    discardsData: false,
    pendingUpdates: [],
    outcome: undefined,
  };
}

/** Ends the session at commit. Everything written from now on belongs to a new one. */
export function destroy(state: SessionState): void {
  state.claims = newClaims(state.settings);
  state.values = new TrackedValues({});
  const nothing = { renewed: false, loginOwner: undefined, discardsData: false, pendingUpdates: [] };
  Object.assign(state, { destroyed: true, ...nothing });
}

export function change(state: SessionState, claims: Partial<Claims>): void {
  state.claims = { ...state.claims, ...claims };
  state.changed = true;
}

/** Gives the session a new token at commit, of the next generation. */
export function renew(state: SessionState): void {
  state.renewed = true;
  state.changed = true;
}

/** Makes the owner the session's owner, and drops the data of another owner. */
export function login(state: SessionState, owner: string): void {
  resumeIfOwned(state, owner);
  const { sub } = state.claims;
  if (sub !== undefined && sub !== owner) {
    state.values = new TrackedValues({});
    state.discardsData = true;
    state.pendingUpdates = [];
    change(state, { flashes: [], persistent: state.settings.persistent });
  }
  renew(state);
  state.loginOwner = owner;
  change(state, { sub: owner, start: state.settings.now() });
  // A sign-in that can't join the session begins another one. The handler may read its id before commit, so it needs a new one.
  if (state.loaded.client === "superseded" && !state.destroyed && state.stored?.claims.sub !== owner) {
    change(state, { sid: undefined });
  }
}

/**
 * If a handler destroys a session and logs the same owner in again, the session continues, without its data and with a new
 * token. It keeps its id: a session with a new id could escape a `revokeAll` that runs at the same moment.
 */
function resumeIfOwned(state: SessionState, owner: string): void {
  const { loaded, destroyed, claims } = state;
  if (!destroyed || loaded.client !== "valid" || loaded.claims?.sub !== owner) return;
  const { flashes, persistent } = claims;
  Object.assign(state, { claims: { ...loaded.claims, flashes, persistent }, destroyed: false, discardsData: true });
}

/** True if `login` names an owner whom the session did not have when it was loaded. */
export function isSignIn({ loaded, loginOwner }: SessionState): boolean {
  return loginOwner !== undefined && loginOwner !== loaded.claims?.sub;
}

/** The sign-in that a request wants to write, if any. */
export interface WriteIntent {
  /** It calls `login` for an owner whom the session did not have when it was loaded. */
  readonly signIn: boolean;
  /** It calls `login` for the owner whom the session had already. */
  readonly relogin: boolean;
  /** The owner after this request. */
  readonly owner: string | undefined;
}

export function intentOf(state: SessionState): WriteIntent {
  const signIn = isSignIn(state);
  return { signIn, relogin: state.loginOwner !== undefined && !signIn, owner: state.claims.sub };
}

/** Writes a value, and drops the updates of this key that wait for commit. */
export function setValue(state: SessionState, key: string, value: unknown): void {
  state.pendingUpdates = state.pendingUpdates.filter((update) => update.key !== key);
  state.values.replace(key, value);
}

/** The outcome of an update. */
export interface UpdateOutcome {
  readonly value: unknown;
  /** The new record, if the update wrote one: from then on the value counts as unchanged. */
  readonly stored?: StoredSession | undefined;
  /** The update that commit must repeat. */
  readonly pending?: PendingUpdate | undefined;
}

/** Takes over the outcome of an update, unless `destroy` or `login` has replaced `values`, the values before the update. */
export function acceptUpdate(state: SessionState, values: TrackedValues, key: string, outcome: UpdateOutcome): void {
  if (state.values !== values) return;
  const { value, stored, pending } = outcome;
  if (pending) state.pendingUpdates = [...state.pendingUpdates, pending];
  values.replace(key, value);
  if (stored === undefined) return;
  values.accept(key);
  state.stored = stored;
}

/** The session's id. The first call makes one if there is none. */
export function idOf({ claims }: SessionState): string {
  claims.sid ??= randomId();
  return claims.sid;
}

export function isEmpty({ values, claims }: SessionState): boolean {
  return claims.sub === undefined && claims.flashes.length === 0 && values.size === 0;
}

export function statusOf(state: SessionState): SessionStatus {
  if (state.destroyed && isEmpty(state)) return "destroyed";
  return state.changed || state.values.changed() ? "modified" : "unchanged";
}
