import type { Awaitable } from "../awaitable.ts";
import type { SessionStatus } from "../decide.ts";
import type { RequestContext } from "../request.ts";
import type { HeaderChanges } from "../response.ts";
import type { Settings } from "../settings.ts";
import { type Claims, newClaims, randomId } from "../token/claims.ts";
import type { Loaded, StoredSession } from "./loaded.ts";
import { TrackedValues } from "./tracked-values.ts";

/** An update of a session that gets a new token with this response: only then may others see it. */
export interface PendingUpdate {
  readonly key: string;
  readonly next: (value: unknown) => unknown;
}

/** All that is known of a session during one request: the handler's Session writes it, commit and the backends read it. */
export interface SessionState {
  readonly loaded: Loaded;
  readonly context: RequestContext;
  readonly settings: Settings;
  /** What the next token says, but for its times and the data. */
  claims: Claims;
  values: TrackedValues;
  /** The record as it is known now: as loaded, or as `update` has left it. */
  stored: StoredSession | undefined;
  /** The response may depend on the session. */
  accessed: boolean;
  /** Something other than the values has changed. */
  changed: boolean;
  /** The session that was loaded is to be ended; what has been written since belongs to a new one. */
  destroyed: boolean;
  /** The session gets a new token, and earlier ones become worthless. */
  renewed: boolean;
  /** The owner that `login` was given. */
  loginOwner: string | undefined;
  /** The session had another owner before: nothing of the data that was there may stay. */
  discardsData: boolean;
  /** Updates that are made again at commit, on the record as it is then. */
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
    // What `migrate` has made is to be saved.
    changed: loaded.migrated !== undefined && loaded.client === "valid",
    destroyed: false,
    renewed: false,
    loginOwner: undefined,
    discardsData: false,
    pendingUpdates: [],
    outcome: undefined,
  };
}

/** What is written from now on belongs to a new session. */
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

/** Gives the session a new token; every earlier one becomes worthless. */
export function renew(state: SessionState): void {
  state.renewed = true;
  state.changed = true;
}

/** Makes the session that of an owner, from now on. Data of another owner is dropped. */
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
  // A sign-in that can't join the session begins another one, whose name the handler may use already.
  if (state.loaded.client === "superseded" && !state.destroyed && state.stored?.claims.sub !== owner) {
    change(state, { sid: undefined });
  }
}

/**
 * Whoever destroys a session and logs its owner in again has proven nothing: the session goes on, without its data and under a new
 * token. A new id would escape from somebody who ends all of the owner's sessions at this moment.
 */
function resumeIfOwned(state: SessionState, owner: string): void {
  const { loaded, destroyed, claims } = state;
  if (!destroyed || loaded.client !== "valid" || loaded.claims?.sub !== owner) return;
  const { flashes, persistent } = claims;
  Object.assign(state, { claims: { ...loaded.claims, flashes, persistent }, destroyed: false, discardsData: true });
}

/** `login` with an owner whom the session did not have when it was loaded: the visitor has just proven who it is. */
export function isSignIn({ loaded, loginOwner }: SessionState): boolean {
  return loginOwner !== undefined && loginOwner !== loaded.claims?.sub;
}

/** What a request wants to do with its session. */
export interface WriteIntent {
  /** It signs in somebody who was not signed in when it loaded the session. */
  readonly signIn: boolean;
  /** It calls `login` for the owner whom the session had already. */
  readonly relogin: boolean;
  /** The owner that the session has from now on. */
  readonly owner: string | undefined;
}

export function intentOf(state: SessionState): WriteIntent {
  const signIn = isSignIn(state);
  return { signIn, relogin: state.loginOwner !== undefined && !signIn, owner: state.claims.sub };
}

/** Writes a value, for good: updates of it that wait for commit are dropped. */
export function setValue(state: SessionState, key: string, value: unknown): void {
  state.pendingUpdates = state.pendingUpdates.filter((update) => update.key !== key);
  state.values.replace(key, value);
}

/** What an update has come to. */
export interface UpdateOutcome {
  readonly value: unknown;
  /** The record, if the value was written to one: then it counts as unchanged from now on. */
  readonly stored?: StoredSession | undefined;
  /** The update is to be made again at commit. */
  readonly pending?: PendingUpdate | undefined;
}

/** Takes over the outcome of an update, unless the session has become another one meanwhile; `values` are those of before. */
export function acceptUpdate(state: SessionState, values: TrackedValues, key: string, outcome: UpdateOutcome): void {
  if (state.values !== values) return;
  const { value, stored, pending } = outcome;
  if (pending) state.pendingUpdates = [...state.pendingUpdates, pending];
  values.replace(key, value);
  if (stored === undefined) return;
  values.accept(key);
  state.stored = stored;
}

/** The session's id, made when somebody asks for it. */
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
