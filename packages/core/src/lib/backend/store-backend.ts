import type { Awaitable } from "../awaitable.ts";
import type { CommitAction } from "../decide.ts";
import { expiryOf } from "../lifetime.ts";
import { formerOf } from "../records/generation.ts";
import { pristine } from "../records/record-format.ts";
import { storeCall } from "../records/store-call.ts";
import { StoreRecords } from "../records/store-records.ts";
import type { RequestContext } from "../request.ts";
import type { EndReason, Loaded, StoredSession } from "../session/loaded.ts";
import type { SessionState, UpdateOutcome } from "../session/session-state.ts";
import type { StoreOperations, StoreOptions } from "../store.ts";
import type { Claims } from "../token/claims.ts";
import type { VerifiedToken } from "../token/codec.ts";
import {
  type Backend,
  type BackendEnvironment,
  cleared,
  endedSession,
  issued,
  lost,
  nothing,
  type Saved,
  supersededSession,
} from "./backend.ts";
import { CopyCookies } from "./copies.ts";
import type { OwnerSessions } from "./owner-sessions.ts";
import { ReferenceTokens, type StoreTokens } from "./reference-tokens.ts";
import { storeOwners } from "./store-owners.ts";
import { keyIn, keyOf, StoreWriter } from "./store-writer.ts";

/** The data lives in a store, and the token holds the session's id. */
export class StoreBackend implements Backend {
  readonly opens = "references";
  readonly owners: OwnerSessions;
  readonly records: StoreRecords;
  readonly #environment: BackendEnvironment;
  readonly #writer: StoreWriter;
  readonly #copies: CopyCookies | undefined;

  constructor(
    environment: BackendEnvironment,
    store: StoreOperations,
    options: StoreOptions,
    tokens: StoreTokens = new ReferenceTokens(environment, { namesOwner: false }),
  ) {
    const { settings, copying } = environment;
    this.records = new StoreRecords(store, settings, storeCall(store, options.storeTimeout));
    this.owners = storeOwners(this.records, settings);
    this.#environment = environment;
    this.#writer = new StoreWriter(environment, this.records, tokens, store, options);
    this.#copies = copying && new CopyCookies(copying, settings);
  }

  async find(token: VerifiedToken, context: RequestContext): Promise<Loaded> {
    const { settings } = this.#environment;
    const { claims } = token;
    const copy = this.#copies && (await this.#copies.find(claims, context));
    const stored = copy ?? (await this.records.read(keyOf(claims), context));
    const standing = this.#writer.standingOf(claims, stored);
    if (stored && standing === "live") return { client: "valid", claims: stored.claims, token: claims, stored };
    if (stored && standing === "superseded") {
      // Decoded a second time: the handler may change what it gets, and the record must not change with it.
      const data = formerOf(claims, pristine(stored), settings.now())?.data ?? {};
      return supersededSession(token, data, settings, { stored });
    }
    context.emit({ type: "stale-id" });
    const reason = this.#endReasonOf(claims);
    if (reason === "expired") context.emit({ type: "ended", id: claims.sid, owner: claims.sub, by: reason });
    return endedSession(reason);
  }

  save(state: SessionState, action: CommitAction): Awaitable<Saved> {
    // Synchronous, so that an adapter need not hold the response back.
    if (action === "none" && !this.#copies) return nothing;
    return action === "lose" ? lost(state) : this.#save(state, action);
  }

  update(state: SessionState, key: string, next: (value: unknown) => unknown): Promise<UpdateOutcome> {
    return this.#writer.update(state, key, next);
  }

  async #save(state: SessionState, action: CommitAction): Promise<Saved> {
    const { loaded, stored, context } = state;
    if (action === "clear" || action === "end") {
      // A session whose data did not fit the schema is cleared too, and has a record.
      if (stored || action === "end") await this.records.delete(keyIn(state), context);
      return this.#withoutCopy(context);
    }
    if (action === "save" || action === "empty") return this.#write(state, action);
    if (loaded.client !== "valid" || stored === undefined) return nothing;
    const known = action === "refresh" ? await this.records.touch(stored, context) : stored;
    return this.#withCopy(nothing, known, context);
  }

  async #write(state: SessionState, action: "save" | "empty"): Promise<Saved> {
    const { context } = state;
    const written = await this.#writer.write(state, action);
    if (written.kind === "saved") return this.#withCopy(issued(written.token), written.stored, context);
    if (written.kind === "emptied") return this.#withoutCopy(context);
    return written.standing === "superseded" ? lost(state) : nothing;
  }

  /** A missing record has expired if the token's time is over. If not, somebody has ended the session. */
  #endReasonOf(token: Claims): EndReason {
    const { now, lifetime } = this.#environment.settings;
    return now() >= expiryOf(token, token.iat, lifetime) ? "expired" : "revoked";
  }

  async #withCopy(saved: Saved, stored: StoredSession | undefined, context: RequestContext): Promise<Saved> {
    return this.#copies ? { ...saved, copy: await this.#copies.lines(stored, context) } : saved;
  }

  #withoutCopy({ request }: RequestContext): Saved {
    return this.#copies ? { ...cleared, copy: this.#copies.clear(request) } : cleared;
  }
}
