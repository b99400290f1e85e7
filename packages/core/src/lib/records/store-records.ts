import { type Awaitable, isPromise } from "../awaitable.ts";
import { SessionError } from "../errors.ts";
import { expiryOf, isExpired } from "../lifetime.ts";
import type { RequestContext } from "../request.ts";
import type { StoredSession } from "../session/loaded.ts";
import type { Settings } from "../settings.ts";
import type { SessionRecord, StoreOperations, UpdateResult } from "../store.ts";
import { wasReplacedBy } from "./generation.ts";
import { decodeRecord, encodeRecord, endedRecord, isTombstone, type SessionDraft } from "./record-format.ts";
import { MAX_ATTEMPTS, pause, SerialQueue } from "./retry.ts";
import type { StoreCall } from "./store-call.ts";

/** What is to become of a record, given how it is now. */
export interface Change<Result> {
  /** What to write. Left out: nothing. */
  readonly write?: SessionDraft;
  /** Whether the record is to end instead of holding what is written. */
  readonly ends?: boolean;
  /** By this mark in `formers` one finds out whether a write was saved whose answer got lost. */
  readonly mark?: string | undefined;
  /** What the caller gets, once that is written. */
  readonly result: Result;
}

/** Decides on a change. Called again, on a fresher record, where another request was first; undefined where there is none. */
export type DecideChange<Result> = (current: StoredSession | undefined) => Awaitable<Change<Result>>;

export interface Changed<Result> {
  readonly result: Result;
  /** The session as it was written, if it was. */
  readonly stored?: StoredSession | undefined;
}

/** An owner's records. */
export interface OwnedSessions {
  readonly sessions: StoredSession[];
  readonly damaged: readonly string[];
}

/** What one request has written, for the next one in the queue: as text, so that they share no values. */
interface Written {
  readonly record: SessionRecord;
  readonly asOf: number;
}

interface Outcome<Result> extends Changed<Result> {
  readonly written?: Written;
}

/** The records of a store: sessions in, sessions out, and how a record is changed while others write it. */
export class StoreRecords {
  readonly #store: StoreOperations;
  readonly #settings: Settings;
  readonly #call: StoreCall;
  readonly #queue = new SerialQueue<Outcome<unknown>>();

  constructor(store: StoreOperations, settings: Settings, call: StoreCall) {
    this.#store = store;
    this.#settings = settings;
    this.#call = call;
  }

  /** Undefined where there is none alive. */
  read(key: string, context: RequestContext): Promise<StoredSession | undefined> {
    const asOf = this.#settings.now();
    return this.#call("read", context, async () => {
      const record = await this.#store.read(key);
      return record && this.#decode(key, { record, asOf });
    });
  }

  async create(key: string, draft: SessionDraft, context: RequestContext): Promise<StoredSession | undefined> {
    const asOf = this.#settings.now();
    const record = encodeRecord(draft, 1, this.#settings);
    const created = await this.#call("create", context, () => this.#store.create(key, record));
    return created ? storedAs(key, draft, { record, asOf }) : undefined;
  }

  /**
   * Changes a record by compare-and-set: decides, writes, and does both again on a fresher record where another request was
   * first. `known` is the record as it was last seen.
   *
   * Rejects with `ERR_CONFLICT` when it was overtaken too often.
   */
  async change<Result>(
    key: string,
    known: StoredSession | undefined,
    decideChange: DecideChange<Result>,
    context: RequestContext,
  ): Promise<Changed<Result>> {
    const current = known?.version === undefined ? await this.read(key, context) : known;
    const once = await this.#changeOnce(current, decideChange, context);
    if (once !== "changed") return once;
    const task = (previous?: Outcome<unknown>) => this.#changeAfter(key, previous?.written, decideChange, context);
    return (await this.#queue.run(key, task)) as Outcome<Result>;
  }

  async #changeAfter<Result>(
    key: string,
    written: Written | undefined,
    decideChange: DecideChange<Result>,
    context: RequestContext,
  ): Promise<Outcome<Result>> {
    let current = written ? this.#decode(key, written) : await this.read(key, context);
    for (let attempts = 2; attempts <= MAX_ATTEMPTS; attempts++) {
      const outcome = await this.#changeOnce(current, decideChange, context);
      if (outcome !== "changed") {
        if (outcome.written) context.emit({ type: "conflict-merged", attempts });
        return outcome;
      }
      await pause(attempts);
      current = await this.read(key, context);
    }
    const cure = "Reduce concurrent writes, or retry";
    throw new SessionError(
      "ERR_CONFLICT",
      `Gave up after ${MAX_ATTEMPTS} conflicting writes to this session. ${cure}.`,
    );
  }

  async #changeOnce<Result>(
    current: StoredSession | undefined,
    decideChange: DecideChange<Result>,
    context: RequestContext,
  ): Promise<Outcome<Result> | "changed"> {
    const deciding = decideChange(current);
    const change = isPromise(deciding) ? await deciding : deciding;
    if (!current || !change.write) return { result: change.result };
    const asOf = this.#settings.now();
    const version = (current.version ?? 0) + 1;
    const encode = change.ends ? endedRecord : encodeRecord;
    const record = encode(change.write, version, this.#settings);
    const result = await this.#update(current, record, change, context);
    if (result === "changed") return "changed";
    if (result === "missing") return { result: (await decideChange(undefined)).result };
    const written = { record, asOf };
    if (change.ends) return { result: change.result };
    return { result: change.result, written, stored: storedAs(current.key, change.write, written) };
  }

  async #update(
    { key, version = 0 }: StoredSession,
    record: SessionRecord,
    change: Change<unknown>,
    context: RequestContext,
  ): Promise<UpdateResult> {
    try {
      return await this.#call("update", context, () => this.#store.update(key, record, version));
    } catch (error) {
      // A new token that was saved, but never sent, would leave the client with one that is worth nothing.
      if (change.mark !== undefined && (await this.#wasSaved(key, change, context))) return "saved";
      throw error;
    }
  }

  async #wasSaved(key: string, { write, mark }: Change<unknown>, context: RequestContext): Promise<boolean> {
    const found = await this.read(key, context).catch(() => undefined);
    return found?.generation === write?.claims.generation && wasReplacedBy(found, mark);
  }

  /**
   * Keeps a session alive that nobody has written since it was read. One that somebody has is kept alive by that. Resolves with
   * the session and its times of now.
   */
  async touch(stored: StoredSession, context: RequestContext): Promise<StoredSession> {
    const { key, claims, version } = stored;
    if (version === undefined) return stored;
    const iat = this.#settings.now();
    const exp = expiryOf(claims, iat, this.#settings.lifetime);
    const result = await this.#call("touch", context, () => this.#store.touch(key, iat, exp, version));
    return result === "saved" ? { ...stored, claims: { ...claims, iat, exp } } : stored;
  }

  delete(key: string, context: RequestContext): Promise<void> {
    return this.#call("delete", context, () => this.#store.delete(key));
  }

  /** The sessions of an owner that are alive, in any order, and the keys of records that hold none. */
  async list(owner: string, context: RequestContext): Promise<OwnedSessions> {
    const { list } = this.#store;
    if (!list) {
      const cure = "Use a store with an index by owner: docs/stores.md lists them";
      throw new SessionError("ERR_INVALID_OPTION", `This store can't list the sessions of an owner. ${cure}.`);
    }
    const asOf = this.#settings.now();
    const owned = await this.#call("list", context, () => list.call(this.#store, owner));
    const sessions: StoredSession[] = [];
    const damaged: string[] = [];
    for (const { id, record } of owned) {
      const session = this.#decodeOrNone(id, { record, asOf });
      if (session === "damaged") damaged.push(id);
      else if (session?.claims.sub === owner) sessions.push(session);
    }
    return { sessions, damaged };
  }

  sweep(context: RequestContext): Promise<number> {
    return this.#call("sweep", context, async () => (await this.#store.sweep?.()) ?? 0);
  }

  #decode(key: string, { record, asOf }: Written): StoredSession | undefined {
    const now = this.#settings.now();
    // The store's clock may be behind.
    if (record.expiresAt <= now || isTombstone(record)) return undefined;
    const session = decodeRecord(key, record, asOf);
    return isExpired(session.claims, now, this.#settings.lifetime) ? undefined : session;
  }

  #decodeOrNone(key: string, written: Written): StoredSession | undefined | "damaged" {
    try {
      return this.#decode(key, written);
    } catch {
      return "damaged";
    }
  }
}

function storedAs(key: string, { claims, formers }: SessionDraft, { record, asOf }: Written): StoredSession {
  const { usedAt, expiresAt, version } = record;
  const times = { iat: usedAt, exp: expiresAt };
  return { key, claims: { ...claims, ...times }, version, asOf, generation: claims.generation, formers, record };
}
