import { type Awaitable, andThen } from "../awaitable.ts";
import type { CommitAction } from "../decide.ts";
import { assertOption } from "../errors.ts";
import type { StoreRecords } from "../records/store-records.ts";
import { contextWithoutRequest, type RequestContext } from "../request.ts";
import type { Loaded } from "../session/loaded.ts";
import type { SessionState, UpdateOutcome } from "../session/session-state.ts";
import type { StoreOperations, StoreOptions } from "../store.ts";
import { type Claims, randomId } from "../token/claims.ts";
import type { VerifiedToken } from "../token/codec.ts";
import { type Backend, type BackendEnvironment, continues, type Saved } from "./backend.ts";
import { isSessionId, type OwnerSessions } from "./owner-sessions.ts";
import { FittingOrReferenceTokens, ReferenceTokens } from "./reference-tokens.ts";
import { RevocableBackend } from "./revocable-backend.ts";
import type { SealedToken, Sealer } from "./sealer.ts";
import { StoreBackend } from "./store-backend.ts";
import { keyOf } from "./store-writer.ts";
import { type DataTokens, TokenBackend } from "./token-backend.ts";

/** Makes tokens that carry the data while it fits. If it does not, the data goes into the store, and the token refers to it. */
class OverflowingTokens implements DataTokens {
  readonly #sealer: Sealer;
  readonly #references: ReferenceTokens;
  readonly #records: StoreRecords;

  constructor(sealer: Sealer, references: ReferenceTokens, records: StoreRecords) {
    this.#sealer = sealer;
    this.#references = references;
    this.#records = records;
  }

  make(claims: Claims, state: SessionState): Awaitable<SealedToken | undefined> {
    // Earlier tokens that carry their data stay valid. A new record key keeps a copy of one away from the new token's record.
    const own = continues(state) && state.renewed ? { ...claims, recordKey: randomId() } : claims;
    return andThen(this.#sealer.sealData(own), (sealed) => {
      const fits = this.#sealer.fits(sealed);
      if (fits && !leavesRecord(state)) return sealed;
      return fits ? this.#leave(sealed, state) : this.#overflow(own, state);
    });
  }

  /** Ends the record that a session left behind when its data moved into the token: the former token would still open it. */
  async #leave(sealed: SealedToken, state: SessionState): Promise<SealedToken> {
    if (leavesRecord(state)) await endLeftRecord(this.#records, state);
    return sealed;
  }

  async #overflow(claims: Claims, state: SessionState): Promise<SealedToken | undefined> {
    const reference = this.#sealer.assertFits(await this.#references.seal(claims));
    return (await this.#put(claims, state.context)) ? this.#leave(reference, state) : undefined;
  }

  /**
   * Saves the data. Another request may write under the same key at the same time: then the last one wins, as with tokens.
   * False if the record has a newer generation, or has ended.
   */
  async #put(claims: Claims, context: RequestContext): Promise<boolean> {
    const key = keyOf(claims);
    if (await this.#records.create(key, { claims, formers: [] }, context)) return true;
    const { result } = await this.#records.change(
      key,
      undefined,
      (current) => {
        if (current === undefined || current.generation > claims.generation) return { result: false };
        return { write: { claims, formers: current.formers }, result: true };
      },
      context,
    );
    return result;
  }
}

/**
 * The data travels in the token while it fits, and lives in the store while it does not.
 *
 * When the data moves back into the token, the record stays until it expires: requests on their way may still ask for it.
 */
export class OverflowBackend implements Backend {
  readonly opens = "both";
  readonly owners: OwnerSessions;
  readonly #inToken: Backend;
  readonly #inStore: StoreBackend;
  /** With `revocations`: then its notes decide which generations are valid, in the token and in the store. */
  readonly #revocable: RevocableBackend | undefined;

  constructor(
    environment: BackendEnvironment,
    store: StoreOperations,
    options: StoreOptions,
    revocations: StoreOperations | undefined,
  ) {
    const rule = '"store" can\'t be combined with cacheFor or sessionsPerOwner';
    assertOption(!options.cacheFor && !options.sessionsPerOwner, "overflow", rule);
    const { sealer, settings } = environment;
    const references = new ReferenceTokens(environment, { namesOwner: true });
    const fitting = new FittingOrReferenceTokens(sealer, references);
    this.#inStore = new StoreBackend(environment, store, options, fitting);
    const tokens = new OverflowingTokens(sealer, references, this.#inStore.records);
    this.#revocable = revocations && new RevocableBackend(environment, revocations, options, tokens);
    this.#inToken = this.#revocable ?? new TokenBackend(environment, tokens);
    this.owners = this.#ownerSessions(contextWithoutRequest(settings.onEvent));
  }

  find(token: VerifiedToken, context: RequestContext): Awaitable<Loaded> {
    if (!token.claims.isReference) return this.#inToken.find(token, context);
    return this.#revocable ? this.#findConfirmed(this.#revocable, token, context) : this.#inStore.find(token, context);
  }

  save(state: SessionState, action: CommitAction): Awaitable<Saved> {
    const { stored, destroyed, renewed } = state;
    if (stored === undefined) return this.#saveInToken(state, action);
    const movesByNote = this.#revocable !== undefined && (renewed || action === "end");
    return destroyed || movesByNote ? this.#leaveStore(state, stored.key, action) : this.#inStore.save(state, action);
  }

  update(state: SessionState, key: string, next: (value: unknown) => unknown): Awaitable<UpdateOutcome> {
    return (state.stored ? this.#inStore : this.#inToken).update(state, key, next);
  }

  async #findConfirmed(revocable: RevocableBackend, token: VerifiedToken, context: RequestContext): Promise<Loaded> {
    const confirmed = await revocable.confirm(token, { client: "valid" }, context);
    if (confirmed.client !== "valid") return confirmed;
    const found = { ...(await this.#inStore.find(token, context)), note: confirmed.note };
    if (found.client !== "ended") return found;
    // A request that gave the session a new token may have moved the record since the note was read.
    const again = await revocable.confirmAgain(token, { client: "valid" }, context);
    return again.client === "valid" ? found : again;
  }

  /** Ends the record that the session left behind first: if that fails, the token still holds the whole session. */
  #saveInToken(state: SessionState, action: CommitAction): Awaitable<Saved> {
    const ends = (action === "end" || action === "empty") && state.loaded.client === "valid";
    if (!ends) return this.#inToken.save(state, action);
    return endLeftRecord(this.#inStore.records, state).then(() => this.#inToken.save(state, action));
  }

  /** Deletes the record last: until then it holds the session. */
  async #leaveStore(state: SessionState, key: string, action: CommitAction): Promise<Saved> {
    const saved = await this.#inToken.save(state, action);
    const deleting = this.#inStore.records.delete(key, state.context);
    // If the delete fails, an event says so, and the client still needs its new token. No valid token opens the old record.
    await (state.renewed && !state.destroyed ? deleting.catch(() => {}) : deleting);
    return saved;
  }

  #ownerSessions(context: RequestContext): OwnerSessions {
    const { owners } = this.#inToken;
    return {
      ...owners,
      revoke: async (id) => {
        if (!isSessionId(id)) return;
        await owners.revoke(id);
        await this.#inStore.records.delete(id, context);
      },
      sweep: async () => (await owners.sweep()) + (await this.#inStore.owners.sweep()),
    };
  }
}

/** True if the session is in its token, its token is replaced or ends, and it may have a record from earlier. */
function leavesRecord({ loaded, stored, destroyed, renewed }: SessionState): boolean {
  return stored === undefined && loaded.client === "valid" && (destroyed || renewed);
}

/** Ends the record of a session that is in its token, unless the record has a newer generation. */
async function endLeftRecord(records: StoreRecords, { loaded, context }: SessionState): Promise<void> {
  const token = loaded.claims as Claims;
  await records.change(
    keyOf(token),
    undefined,
    (current) =>
      current && current.generation <= token.generation
        ? { write: current, ends: true, result: undefined }
        : { result: undefined },
    context,
  );
}
