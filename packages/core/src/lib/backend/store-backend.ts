import type { Awaitable } from "../awaitable.ts";
import type { CommitAction } from "../decide.ts";
import { SessionError } from "../errors.ts";
import { expiryOf } from "../lifetime.ts";
import { type Fate, fateOf, formerOf, nextGeneration, type Standing, standingOf } from "../records/generation.ts";
import { mergeInto, ownChangesOf } from "../records/merge.ts";
import { pristine, type SessionDraft } from "../records/record-format.ts";
import { sessionOutcomes, storeCall } from "../records/store-call.ts";
import { type Change, StoreRecords } from "../records/store-records.ts";
import type { RequestContext } from "../request.ts";
import type { EndReason, Loaded, StoredSession } from "../session/loaded.ts";
import type { Updated } from "../session/session.ts";
import { intentOf, isSignIn, type SessionState } from "../session/session-state.ts";
import type { StoreOperations, StoreOptions } from "../store.ts";
import { type Claims, isEmptyClaims, randomId } from "../token/claims.ts";
import type { VerifiedToken } from "../token/codec.ts";
import { copyOf } from "../token/rich-json.ts";
import {
  type Backend,
  type BackendEnvironment,
  begin,
  cleared,
  continues,
  endedSession,
  issued,
  lost,
  nothing,
  type Saved,
  sessionEnded,
  supersededSession,
} from "./backend.ts";
import { CopyCookies } from "./copies.ts";
import type { OwnerSessions } from "./owner-sessions.ts";
import { ReferenceTokens, type StoreTokens } from "./reference-tokens.ts";
import type { SealedToken } from "./sealer.ts";
import { SessionLimit } from "./session-limit.ts";
import { storeOwners } from "./store-owners.ts";

/** What became of a write, and the token that belongs to it. */
interface Outcome {
  readonly fate: Fate;
  readonly standing: Standing;
  readonly token?: SealedToken | undefined;
  /** Nothing is left in the session, and it has ended. */
  readonly emptied?: boolean;
  /** The session as it was before. */
  readonly before?: StoredSession;
}

/** The data lives in a store, and the token holds the id. */
export class StoreBackend implements Backend {
  readonly opens = "references";
  readonly owners: OwnerSessions;
  readonly records: StoreRecords;
  readonly #environment: BackendEnvironment;
  readonly #tokens: StoreTokens;
  readonly #limit: SessionLimit | undefined;
  readonly #copies: CopyCookies | undefined;

  constructor(
    environment: BackendEnvironment,
    store: StoreOperations,
    { storeTimeout, sessionsPerOwner }: StoreOptions,
    tokens: StoreTokens = new ReferenceTokens(environment, { namesOwner: false }),
  ) {
    this.records = new StoreRecords(store, environment.settings, storeCall(storeTimeout, sessionOutcomes));
    this.owners = storeOwners(this.records, environment.settings);
    this.#environment = environment;
    this.#tokens = tokens;
    this.#copies = environment.copying && new CopyCookies(environment.copying, environment.settings);
    this.#limit = sessionsPerOwner && new SessionLimit(this.records, store, sessionsPerOwner);
  }

  async find(token: VerifiedToken, context: RequestContext): Promise<Loaded> {
    const { settings } = this.#environment;
    const { claims, mustReissue } = token;
    const stored = (await this.#copies?.find(claims, context)) ?? (await this.records.read(keyOf(claims), context));
    const standing = this.#standingOf(claims, stored);
    if (stored && standing === "live") {
      const isOutdated = mustReissue || claims.isOldFormat === true;
      return { client: "valid", claims: stored.claims, token: claims, stored, mustReissue: isOutdated };
    }
    if (stored && standing === "superseded") {
      // Decoded a second time: the handler may change what it gets, and the record must not change with it.
      const data = formerOf(claims, pristine(stored), settings.now())?.data ?? {};
      return supersededSession(token, data, settings, { stored });
    }
    context.emit({ type: "stale-id" });
    return endedSession(this.#endReasonOf(claims));
  }

  save(state: SessionState, action: CommitAction): Awaitable<Saved> {
    // Where there is nothing to wait for, a response need not be held.
    if (action === "none" && !this.#copies) return nothing;
    if (action === "lose") return lost(state);
    return this.#save(state, action);
  }

  async #save(state: SessionState, action: CommitAction): Promise<Saved> {
    const { stored, context } = state;
    if (action === "clear") return this.#withoutCopy(state);
    if (action === "end") {
      await this.records.delete(keyIn(state), context);
      return this.#withoutCopy(state);
    }
    if (action === "refresh" && stored) await this.records.touch(stored, context);
    if (action === "save" || action === "empty") return this.#write(state, action);
    return state.loaded.client === "valid" ? this.#withCopy(nothing, stored, context) : nothing;
  }

  async update(state: SessionState, key: string, next: (value: unknown) => unknown): Promise<Updated> {
    const { stored, values, context } = state;
    // Nobody else has a session that is not stored yet, nor one that gets a new token with this response.
    if (!stored || !continues(state) || state.renewed || state.loaded.client !== "valid") {
      return { value: next(values.get(key)) };
    }
    const hasOwn = [...values.changes()].some(([changed]) => changed === key);
    // Called again on a fresher record, each time with values that nobody shares: what the handler has changed, but not
    // committed, is not written here.
    const decideChange = async (current: StoredSession | undefined): Promise<Change<{ value: unknown }>> => {
      const live = current && this.#standingAtCommit(state, current) === "live" ? pristine(current) : undefined;
      const data = new Map(Object.entries(live?.claims.data ?? {}));
      const value = next(live && !hasOwn ? data.get(key) : copyOf(values.get(key), key));
      if (!live) return { result: { value } };
      if (value === undefined) data.delete(key);
      else data.set(key, value);
      const claims = { ...live.claims, data: Object.fromEntries(data) };
      await this.#environment.check(claims.data);
      return { write: { claims, formers: live.formers }, result: { value } };
    };
    const known = stored.record && stored;
    const { result, stored: saved } = await this.records.change(stored.key, known, decideChange, context);
    return { value: result.value, stored: saved };
  }

  async #write(state: SessionState, action: CommitAction): Promise<Saved> {
    const { loaded, stored, claims, context } = state;
    if (!continues(state)) return this.#begin(state, { ...claims, data: state.values.toObject() });
    const key = keyIn(state);
    const signIn = loaded.client === "valid" && isSignIn(state);
    const start = signIn ? await this.#limit?.admit(String(claims.sub), key, context) : undefined;
    // A new generation leaves the former data behind, which a copy does not have for sure.
    const known = state.renewed && stored?.record === undefined ? undefined : stored;
    const { result, stored: saved } = await this.records.change(
      key,
      known,
      (current) => this.#decideWrite(state, action, current, start),
      context,
    );
    const { fate, standing, token, emptied, before } = result;
    if (fate === "begin") return this.#begin(state, ownChangesOf(state));
    if (fate === "refuse") throw sessionEnded();
    if (fate === "lose") return standing === "superseded" ? lost(state) : nothing;
    if (emptied) return this.#withoutCopy(state);
    if (fate === "write" && signIn && saved && before)
      await this.#enforceLimit(saved, undefined, () => this.#restore(saved, before, context), context);
    return this.#withCopy(issued(token), saved, context);
  }

  async #decideWrite(
    state: SessionState,
    action: CommitAction,
    current: StoredSession | undefined,
    earliestStart = 0,
  ): Promise<Change<Outcome>> {
    const standing = this.#standingAtCommit(state, current);
    const fate = fateOf(standing, intentOf(state), current?.claims.sub);
    if (!current || (fate !== "write" && fate !== "join")) return { result: { fate, standing } };
    const merged = mergeInto(current.claims, state);
    if (action === "empty" && isEmptyClaims(merged)) {
      return { write: current, ends: true, result: { fate, standing, emptied: true } };
    }
    const draft = this.#draftOf(merged, current, fate === "write" && state.renewed, earliestStart);
    await this.#environment.check(draft.claims.data);
    const token = await this.#tokens.next(draft.claims, state);
    return { write: draft, mark: draft.mark, result: { fate, standing, token, before: current } };
  }

  #draftOf(
    merged: Claims,
    current: StoredSession,
    renewed: boolean,
    earliestStart: number,
  ): SessionDraft & { mark?: string } {
    const start = Math.max(merged.start, earliestStart);
    if (!renewed) return { claims: { ...merged, start, generation: current.generation }, formers: current.formers };
    const mark = randomId();
    const before = pristine(current).claims;
    const data = before.sub === undefined ? before.data : undefined;
    const { generation, formers } = nextGeneration(current, { at: this.#environment.settings.now(), by: mark, data });
    return { claims: { ...merged, start, generation }, formers, mark };
  }

  /** A session under a new id; a former one that was destroyed ends once the new one is there. */
  async #begin(state: SessionState, given: Claims): Promise<Saved> {
    const { context, destroyed, loaded } = state;
    const replaced = destroyed && loaded.claims ? keyIn(state) : undefined;
    const owner = isSignIn(state) ? given.sub : undefined;
    const start = owner === undefined ? 0 : ((await this.#limit?.admit(owner, replaced, context)) ?? 0);
    const claims = begin(state, { ...given, start: Math.max(given.start, start) });
    await this.#environment.check(claims.data);
    const token = await this.#tokens.next(claims, state);
    const created = await this.records.create(String(claims.sid), { claims, formers: [] }, context);
    if (!created)
      throw new SessionError("ERR_STORE", `The session store already has a record of the new id ${claims.sid}.`);
    if (owner !== undefined) {
      await this.#enforceLimit(created, replaced, () => this.records.delete(created.key, context), context);
    }
    if (replaced !== undefined) await this.records.delete(replaced, context);
    return this.#withCopy(issued(token), created, context);
  }

  async #enforceLimit(
    own: StoredSession,
    replaced: string | undefined,
    withdraw: () => Promise<void>,
    context: RequestContext,
  ): Promise<void> {
    await this.#limit?.enforce(own, { owner: String(own.claims.sub), replaced, context, withdraw });
  }

  /** Takes a sign-in back: the visitor keeps the session of before, and the token for it. */
  async #restore(saved: StoredSession, before: StoredSession, context: RequestContext): Promise<void> {
    const write = pristine(before);
    await this.records.change(
      saved.key,
      saved,
      (current) => (current ? { write, result: undefined } : { result: undefined }),
      context,
    );
  }

  #standingOf(
    token: { readonly generation: number; readonly iat: number },
    stored: StoredSession | undefined,
  ): Standing {
    const standing = standingOf(token, stored, this.#environment.settings.now());
    if (standing !== "lagging") return standing;
    const cure = "Read from the primary, not from a replica, or retry";
    throw new SessionError(
      "ERR_STORE",
      `The session store gave a record that is older than the client's token. ${cure}.`,
    );
  }

  #standingAtCommit({ loaded }: SessionState, current: StoredSession | undefined): Standing {
    return loaded.token ? this.#standingOf(loaded.token, current) : "gone";
  }

  /** A record that is missing may have expired; before that it can only have been ended. */
  #endReasonOf(token: Claims): EndReason {
    const { now, lifetime } = this.#environment.settings;
    return now() >= expiryOf(token, token.iat, lifetime) ? "expired" : "revoked";
  }

  async #withCopy(saved: Saved, stored: StoredSession | undefined, context: RequestContext): Promise<Saved> {
    return this.#copies ? { ...saved, copy: await this.#copies.lines(stored, context) } : saved;
  }

  #withoutCopy({ context }: SessionState): Saved {
    return this.#copies ? { ...cleared, copy: this.#copies.clear(context.request) } : cleared;
  }
}

/** The key of the record that a token stands for. */
export function keyOf({ sid, recordKey }: Claims): string {
  return recordKey ?? String(sid);
}

/** The key of the record of the session that was loaded. */
function keyIn({ stored, loaded }: SessionState): string {
  return stored?.key ?? keyOf(loaded.claims as Claims);
}
