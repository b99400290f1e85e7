import type { Awaitable } from "../awaitable.ts";
import type { CommitAction } from "../decide.ts";
import { assertOwner } from "../owner.ts";
import { type Fate, fateOf, type Standing, standingByNote, wasReplacedBy } from "../records/generation.ts";
import { ownChangesOf } from "../records/merge.ts";
import { isValidSince, type OwnerNote } from "../records/note-format.ts";
import { Notes } from "../records/notes.ts";
import { noteOutcomes, storeCall } from "../records/store-call.ts";
import { TtlCache } from "../records/ttl-cache.ts";
import { contextWithoutRequest, type RequestContext } from "../request.ts";
import type { Loaded, SessionNote, TokenGeneration } from "../session/loaded.ts";
import { intentOf, isSignIn, type SessionState, type UpdateOutcome } from "../session/session-state.ts";
import type { StoreOperations, StoreOptions } from "../store.ts";
import { type Claims, randomId } from "../token/claims.ts";
import type { VerifiedToken } from "../token/codec.ts";
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
import { isSessionId, type OwnerSessions, unavailable } from "./owner-sessions.ts";
import type { SealedToken } from "./sealer.ts";
import { type DataTokens, FittingTokens, findByToken, nextClaims } from "./token-backend.ts";

/** A session's note, and the standing of a token according to it. */
interface Remembered {
  readonly standing: Standing;
  readonly note: SessionNote;
}

/** The data travels in the token. A store remembers which sessions have ended, and which tokens are superseded. */
export class RevocableBackend implements Backend {
  readonly opens = "data";
  readonly owners: OwnerSessions;
  readonly #environment: BackendEnvironment;
  readonly #tokens: DataTokens;
  readonly #notes: Notes;
  readonly #sessionNotes: TtlCache<SessionNote>;
  readonly #ownerNotes: TtlCache<OwnerNote>;

  constructor(
    environment: BackendEnvironment,
    store: StoreOperations,
    { cacheFor = 0, storeTimeout }: StoreOptions,
    tokens: DataTokens = new FittingTokens(environment.sealer),
  ) {
    const { settings } = environment;
    store.neverEvict?.();
    this.#environment = environment;
    this.#tokens = tokens;
    this.#notes = new Notes(store, settings, storeCall(store, storeTimeout, noteOutcomes));
    this.#sessionNotes = new TtlCache(cacheFor, settings.now);
    this.#ownerNotes = new TtlCache(cacheFor, settings.now);
    this.owners = this.#ownerSessions();
  }

  async find(token: VerifiedToken, context: RequestContext): Promise<Loaded> {
    const loaded = findByToken(token, this.#environment.settings, context);
    return loaded.client === "valid" ? this.confirm(token, loaded, context) : loaded;
  }

  /** Asks the store if a session that was found is still valid. If not, gives the ended or superseded session. */
  async confirm(token: VerifiedToken, found: Loaded, context: RequestContext): Promise<Loaded> {
    const { claims } = token;
    const { standing, note } = await this.#ask(claims, claims, context);
    if (standing === "live") return { ...found, note };
    // Whoever holds this token could see its data before. Data of an owner is left out.
    if (standing === "superseded") {
      return supersededSession(token, claims.sub === undefined ? claims.data : {}, this.#environment.settings, {
        note,
      });
    }
    context.emit({ type: "token-rejected", reason: "revoked" });
    return endedSession("revoked");
  }

  /** The same, but never by an answer that is remembered (`cacheFor`). */
  confirmAgain(token: VerifiedToken, found: Loaded, context: RequestContext): Promise<Loaded> {
    this.#forget(token.claims);
    return this.confirm(token, found, context);
  }

  save(state: SessionState, action: CommitAction): Awaitable<Saved> {
    if (action === "none") return nothing;
    if (action === "lose") return lost(state);
    if (action === "clear" || action === "empty") return cleared;
    return action === "end" ? this.#end(state) : this.#write(state);
  }

  update({ values }: SessionState, key: string, next: (value: unknown) => unknown): UpdateOutcome {
    return { value: next(values.get(key)) };
  }

  async #end(state: SessionState): Promise<Saved> {
    const { loaded, context } = state;
    const sid = String(loaded.claims?.sid);
    await this.#notes.end(sid, loaded.note, context).finally(() => this.#sessionNotes.forget(sid));
    return cleared;
  }

  async #write(state: SessionState): Promise<Saved> {
    if (!continues(state)) return this.#begin(state, { ...state.claims, data: state.values.toObject() });
    if (state.loaded.client === "superseded") return this.#begin(state, ownChangesOf(state));
    return state.renewed ? this.#renew(state) : this.#continue(state);
  }

  /** Asks the store again before it sends a cookie: the cookie could overwrite that of a login, or revive an ended session. */
  async #continue(state: SessionState): Promise<Saved> {
    const standing = await this.#lookAgain(state);
    return standing === "live" ? this.#sealed(state, nextClaims(state), issued) : this.#settle(state, standing);
  }

  async #lookAgain({ loaded, context }: SessionState): Promise<Standing> {
    this.#forget(loaded.claims as Claims);
    return (await this.#ask(loaded.claims as Claims, loaded.token as TokenGeneration, context)).standing;
  }

  #forget({ sid = "", sub }: Claims): void {
    this.#sessionNotes.forget(sid);
    if (sub !== undefined) this.#ownerNotes.forget(sub);
  }

  async #renew(state: SessionState): Promise<Saved> {
    const { loaded, context } = state;
    const standing = isSignIn(state) ? "live" : await this.#lookAgain(state);
    if (standing !== "live") return this.#settle(state, standing);
    const claims = await this.#signedIn(state, nextClaims(state));
    return this.#sealed(state, claims, async (token) => {
      const sid = String(claims.sid);
      const replaced = { at: this.#environment.settings.now(), by: randomId() };
      const note = await this.#notes
        .supersede(sid, claims.generation - 1, replaced, loaded.note, context)
        .finally(() => this.#sessionNotes.forget(sid));
      if (wasReplacedBy(note, replaced.by)) return issued(token);
      return this.#settle(
        state,
        standingByNote(loaded.token as TokenGeneration, note, this.#environment.settings.now()),
      );
    });
  }

  async #begin(state: SessionState, given: Claims): Promise<Saved> {
    const claims = await this.#signedIn(state, begin(state, given));
    return this.#sealed(state, claims, async (token) => {
      if (state.destroyed && state.loaded.claims) await this.#end(state);
      return issued(token);
    });
  }

  /** Decides about the write of a request whose token is not valid any more. */
  async #settle(state: SessionState, standing: Standing): Promise<Saved> {
    const fate: Fate = fateOf(standing, intentOf(state), undefined);
    if (fate === "begin") return this.#begin(state, ownChangesOf(state));
    if (fate === "refuse") throw sessionEnded();
    return standing === "superseded" ? lost(state) : nothing;
  }

  /** Checks the data and seals the token, then calls `next`, which may end the session that the token replaces. */
  async #sealed(state: SessionState, claims: Claims, next: (token: SealedToken) => Awaitable<Saved>): Promise<Saved> {
    await this.#environment.check(claims.data);
    const token = await this.#tokens.make(claims, state);
    return token === undefined ? lost(state) : next(token);
  }

  /** A sign-in takes over `since` from the owner's note: the session is valid until the next `revokeAll` moves it. */
  async #signedIn(state: SessionState, claims: Claims): Promise<Claims> {
    if (claims.sub === undefined || !isSignIn(state)) return claims;
    const { since } = await this.#notes.ofOwner(claims.sub, state.context);
    return { ...claims, validSince: since };
  }

  /** Reads the session's note and its owner's note at the same time: one round trip. */
  async #ask(
    { sid = "", sub, validSince = 0 }: Claims,
    token: TokenGeneration,
    context: RequestContext,
  ): Promise<Remembered> {
    const [note, ownerNote] = await Promise.all([
      this.#sessionNotes.get(sid, () => this.#notes.ofSession(sid, context)),
      sub === undefined ? undefined : this.#ownerNotes.get(sub, () => this.#notes.ofOwner(sub, context)),
    ]);
    const isRevoked = ownerNote !== undefined && !isValidSince(ownerNote, sid, validSince);
    return { note, standing: isRevoked ? "gone" : standingByNote(token, note, this.#environment.settings.now()) };
  }

  #ownerSessions(): OwnerSessions {
    const context = contextWithoutRequest(this.#environment.settings.onEvent);
    return {
      list: unavailable,
      revoke: async (id) => {
        if (!isSessionId(id)) return;
        await this.#notes.end(id, undefined, context).finally(() => this.#sessionNotes.forget(id));
        context.emit({ type: "ended", id, owner: undefined, by: "revoked" });
      },
      revokeAll: async (owner, { except } = {}) => {
        assertOwner("revokeAll", owner);
        await this.#notes.endAll(owner, except, context).finally(() => this.#ownerNotes.forget(owner));
        context.emit({ type: "ended", id: undefined, owner, by: "revoked" });
        return undefined;
      },
      sweep: () => this.#notes.sweep(context),
    };
  }
}
