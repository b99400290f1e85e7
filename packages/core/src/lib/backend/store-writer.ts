import { SessionError } from "../errors.ts";
import { type Fate, fateOf, nextGeneration, type Standing, standingOf } from "../records/generation.ts";
import { mergeInto, migratedDataOf, ownChangesOf } from "../records/merge.ts";
import { pristine, type SessionDraft } from "../records/record-format.ts";
import { isLate } from "../records/store-call.ts";
import type { Change, StoreRecords } from "../records/store-records.ts";
import type { RequestContext } from "../request.ts";
import type { StoredSession, TokenGeneration } from "../session/loaded.ts";
import { intentOf, isSignIn, type SessionState, type UpdateOutcome } from "../session/session-state.ts";
import type { StoreOperations, StoreOptions } from "../store.ts";
import { type Claims, isEmptyClaims, randomId } from "../token/claims.ts";
import { copyOf } from "../token/rich-json.ts";
import { type BackendEnvironment, begin, continues, sessionEnded } from "./backend.ts";
import type { StoreTokens } from "./reference-tokens.ts";
import type { SealedToken } from "./sealer.ts";
import { SessionLimit } from "./session-limit.ts";

/**
 * The outcome of a write.
 *
 * - `saved`: with the token that the client needs, if it can't keep its own.
 * - `emptied`: nothing was left in the session, so it has ended.
 * - `lost`: nothing was written, because the client's token is not valid any more.
 */
export type Written =
  | { readonly kind: "saved"; readonly token: SealedToken | undefined; readonly stored: StoredSession | undefined }
  | { readonly kind: "emptied" }
  | { readonly kind: "lost"; readonly standing: Standing };

/** The decision about a record. */
interface Decision {
  readonly fate: Fate;
  readonly standing: Standing;
  readonly token?: SealedToken | undefined;
  readonly emptied?: boolean;
}

/** Writes the changes of requests into the records of a store. It seals each token before it saves the record. */
export class StoreWriter {
  readonly #environment: BackendEnvironment;
  readonly #records: StoreRecords;
  readonly #tokens: StoreTokens;
  readonly #limit: SessionLimit | undefined;

  constructor(
    environment: BackendEnvironment,
    records: StoreRecords,
    tokens: StoreTokens,
    store: StoreOperations,
    { sessionsPerOwner }: StoreOptions,
  ) {
    this.#environment = environment;
    this.#records = records;
    this.#tokens = tokens;
    this.#limit = sessionsPerOwner && new SessionLimit(records, store, environment.settings, sessionsPerOwner);
  }

  /** Rejects with `ERR_SESSION_ENDED` if the request calls `login` for the same owner, but its token is not valid any more. */
  async write(state: SessionState, action: "save" | "empty"): Promise<Written> {
    const { loaded, claims, values } = state;
    if (!continues(state)) return this.#begin(state, { ...claims, data: values.toObject() });
    if (loaded.client !== "valid" || !isSignIn(state)) return this.#change(state, action);
    return this.#counted(state, keyIn(state), undefined, (start) => this.#change(state, action, start));
  }

  async #change(state: SessionState, action: "save" | "empty", start?: number): Promise<Written> {
    const { stored, context } = state;
    // A new generation keeps the former data for late requests. The client's copy of it may be old: read the record.
    const known = state.renewed && stored?.record === undefined ? undefined : stored;
    const decide = (current: StoredSession | undefined) => this.#decide(state, action, current, start);
    const { result, stored: saved } = await this.#records.change(keyIn(state), known, decide, context);
    const { fate, standing, token, emptied } = result;
    if (fate === "begin") return this.#begin(state, ownChangesOf(state));
    if (fate === "refuse") throw sessionEnded();
    if (fate === "lose") return { kind: "lost", standing };
    return emptied ? { kind: "emptied" } : { kind: "saved", token, stored: saved };
  }

  async update(state: SessionState, key: string, next: (value: unknown) => unknown): Promise<UpdateOutcome> {
    const { stored, values, context } = state;
    // After `login` or `regenerate` the update waits for commit: whoever has the current token must not see it.
    if (!stored || !continues(state) || state.renewed || state.loaded.client !== "valid") {
      const pending = stored && !hasOwnValue(state, key) ? { key, next } : undefined;
      return { value: next(copyOf(values.get(key), key)), pending };
    }
    const hasOwn = hasOwnValue(state, key);
    // Called again if another request wrote first. Each call decodes the record anew: changes that the handler has made to
    // loaded values, but has not committed, must not be written here.
    const decideChange = async (current: StoredSession | undefined): Promise<Change<{ value: unknown }>> => {
      const live = current && this.#standingAtCommit(state, current) === "live" ? pristine(current) : undefined;
      const migrated = copyOf(migratedDataOf(current?.version, state.loaded), "") as Claims["data"] | undefined;
      const data = new Map(Object.entries(migrated ?? live?.claims.data ?? {}));
      const value = next(live && !hasOwn ? data.get(key) : copyOf(values.get(key), key));
      if (!live) return { result: { value } };
      if (value === undefined) data.delete(key);
      else data.set(key, value);
      const claims = { ...live.claims, data: Object.fromEntries(data) };
      await this.#environment.check(claims.data);
      return { write: { claims, formers: live.formers }, result: { value } };
    };
    const known = stored.record && stored;
    const { result, stored: saved } = await this.#records.change(stored.key, known, decideChange, context);
    return { value: result.value, stored: saved };
  }

  async #decide(
    state: SessionState,
    action: "save" | "empty",
    current: StoredSession | undefined,
    earliestStart = 0,
  ): Promise<Change<Decision>> {
    const standing = this.#standingAtCommit(state, current);
    const fate = fateOf(standing, intentOf(state), current?.claims.sub);
    if (!current || (fate !== "write" && fate !== "join")) return { result: { fate, standing } };
    const merged = mergeInto(current, state);
    if (action === "empty" && isEmptyClaims(merged)) {
      return { write: current, ends: true, result: { fate, standing, emptied: true } };
    }
    const draft = this.#draftOf(merged, current, fate === "write" && state.renewed, earliestStart);
    await this.#environment.check(draft.claims.data);
    const token = await this.#tokens.next(draft.claims, state);
    return { write: draft, mark: draft.mark, result: { fate, standing, token } };
  }

  #draftOf(
    merged: Claims,
    current: StoredSession,
    renewed: boolean,
    earliestStart: number,
  ): SessionDraft & { mark?: string } {
    // A sign-in that joins the session leaves its start: the token of the one before says the same.
    const { generation: same, formers: kept } = current;
    if (!renewed) return { claims: { ...merged, start: current.claims.start, generation: same }, formers: kept };
    const start = Math.max(merged.start, earliestStart);
    const mark = randomId();
    const before = pristine(current).claims;
    const data = before.sub === undefined ? before.data : undefined;
    const { generation, formers } = nextGeneration(current, { at: this.#environment.settings.now(), by: mark, data });
    return { claims: { ...merged, start, generation }, formers, mark };
  }

  /** Begins a session with a new id. If the request destroyed the former session, that ends after the new one is saved. */
  #begin(state: SessionState, given: Claims): Promise<Written> {
    const claims = begin(state, given);
    if (!isSignIn(state)) return this.#create(state, claims);
    const replaced = state.destroyed && state.loaded.claims ? keyIn(state) : undefined;
    return this.#counted(state, String(claims.sid), replaced, (start = claims.start) =>
      this.#create(state, { ...claims, start }),
    );
  }

  async #create(state: SessionState, claims: Claims): Promise<Written> {
    const { context, destroyed, loaded } = state;
    const key = String(claims.sid);
    await this.#environment.check(claims.data);
    const token = await this.#tokens.next(claims, state);
    const stored = await this.#createOrNothing(key, claims, context);
    if (destroyed && loaded.claims) await this.#deleteOrUndo(keyIn(state), key, context);
    return { kind: "saved", token, stored };
  }

  /**
   * Creates a record. If the store fails, the record may exist, but no client has a token for it: deletes it. After a time-out
   * the visitor does not wait for that.
   */
  async #createOrNothing(key: string, claims: Claims, context: RequestContext): Promise<StoredSession> {
    try {
      const stored = await this.#records.create(key, { claims, formers: [] }, context);
      if (stored) return stored;
    } catch (error) {
      const deleting = this.#records.delete(key, context).catch(() => {});
      if (!(error instanceof SessionError && isLate(error))) await deleting;
      throw error;
    }
    throw new SessionError("ERR_STORE", `The session store already has a record of the new id ${key}.`);
  }

  /** Deletes the session that ends. If that fails, the client keeps its token, and nobody has one for the new session. */
  async #deleteOrUndo(former: string, begun: string, context: RequestContext): Promise<void> {
    try {
      await this.#records.delete(former, context);
    } catch (error) {
      await this.#records.delete(begun, context).catch(() => {});
      throw error;
    }
  }

  /** Runs the write of a sign-in, within the limit of the owner's sessions if there is one. */
  #counted(
    state: SessionState,
    target: string,
    replaced: string | undefined,
    write: (start?: number) => Promise<Written>,
  ): Promise<Written> {
    const owner = String(state.claims.sub);
    return this.#limit?.within({ owner, target, replaced, context: state.context }, write) ?? write();
  }

  /** Throws `ERR_STORE` if the record is older than the client's token, because the store has not caught up yet. */
  standingOf(token: TokenGeneration, stored: StoredSession | undefined): Standing {
    const standing = standingOf(token, stored, this.#environment.settings.now());
    // A store that was restored from a backup reaches a generation for the second time: by the login of somebody else, say.
    if (standing === "live" && token.start !== stored?.claims.start) return "gone";
    if (standing !== "lagging") return standing;
    const cure = "Read from the primary, not from a replica, or retry";
    throw new SessionError(
      "ERR_STORE",
      `The session store gave a record that is older than the client's token. ${cure}.`,
    );
  }

  #standingAtCommit({ loaded }: SessionState, current: StoredSession | undefined): Standing {
    return loaded.token ? this.standingOf(loaded.token, current) : "gone";
  }
}

/** The key of the record that a token refers to. */
export function keyOf({ sid, recordKey }: Claims): string {
  return recordKey ?? String(sid);
}

/** The key of the record of the session that was loaded. */
export function keyIn({ stored, loaded }: SessionState): string {
  return stored?.key ?? keyOf(loaded.claims as Claims);
}

/** True if this request has written the value with `set` or in place. Updates that wait for commit do not count. */
function hasOwnValue({ values, pendingUpdates }: SessionState, key: string): boolean {
  if (pendingUpdates.some((update) => update.key === key)) return false;
  return [...values.changes()].some(([changed]) => changed === key);
}
