import { type Awaitable, isPromise } from "../awaitable.ts";
import { SessionError } from "../errors.ts";
import { expiryOf, isExpired } from "../lifetime.ts";
import type { RequestContext } from "../request.ts";
import type { StoredSession } from "../session/loaded.ts";
import type { Settings } from "../settings.ts";
import type { SessionRecord, StoreOperations, UpdateResult } from "../store.ts";
import { assertRecord, DamageControl } from "./damage.ts";
import { wasReplacedBy } from "./generation.ts";
import { decodeRecord, encodeRecord, endedRecord, isTombstone, type SessionDraft } from "./record-format.ts";
import { MAX_ATTEMPTS, pause, SerialQueue } from "./retry.ts";
import type { StoreCall } from "./store-call.ts";

/** A change of a record, decided from its current state. */
export interface Change<Result> {
  /** The session to write. Undefined: nothing is written. */
  readonly write?: SessionDraft;
  /** True: the session of the record ends, and its data is removed. */
  readonly ends?: boolean;
  /** A mark in `formers`. If the answer to a write got lost, it shows whether the write was saved. */
  readonly mark?: string | undefined;
  /** The caller gets this once the change is written. */
  readonly result: Result;
}

/** Decides on a change. Called again with a fresher record if another request wrote first. Undefined: there is no record. */
export type DecideChange<Result> = (current: StoredSession | undefined) => Awaitable<Change<Result>>;

export interface Changed<Result> {
  readonly result: Result;
  /** The session as it was written, if it was. */
  readonly stored?: StoredSession | undefined;
}

/** An owner's sessions, and the keys of the records that can't be decoded. */
export interface OwnedSessions {
  readonly sessions: StoredSession[];
  readonly damaged: readonly string[];
}

/** The record that one request wrote, for the next one in the queue. Its data is text, so that they share no objects. */
interface Written {
  readonly record: SessionRecord;
  readonly asOf: number;
}

interface Outcome<Result> extends Changed<Result> {
  readonly written?: Written;
}

/** Sessions in the records of a store. Changes a record safely even if other requests write it too. */
export class StoreRecords {
  readonly #store: StoreOperations;
  readonly #settings: Settings;
  readonly #call: StoreCall;
  readonly #damage: DamageControl;
  readonly #queue = new SerialQueue<Outcome<unknown>>();

  constructor(store: StoreOperations, settings: Settings, call: StoreCall) {
    this.#store = store;
    this.#settings = settings;
    this.#call = call;
    this.#damage = new DamageControl(store, settings, call);
  }

  /**
   * The session of a record. Undefined if there is none, or if it has ended or expired. A damaged record is removed: it rejects
   * with `ERR_STORE` once.
   */
  read(key: string, context: RequestContext): Promise<StoredSession | undefined> {
    const read = async () => {
      const asOf = this.#settings.now();
      const record = await this.#call("read", context, () => this.#store.read(key));
      return record && this.#decode(key, { record, asOf });
    };
    const done = "It was removed: the visitor's next request begins a new session";
    const run = () => this.delete(key, context);
    return this.#damage.reading(key, read, { kind: "record of a session", done, run }, context);
  }

  async create(key: string, draft: SessionDraft, context: RequestContext): Promise<StoredSession | undefined> {
    const asOf = this.#settings.now();
    const record = encodeRecord(draft, 1, this.#settings);
    const created = await this.#call("create", context, () => this.#store.create(key, record));
    return created ? storedAs(key, draft, { record, asOf }) : undefined;
  }

  /**
   * Changes a record by compare-and-set: decides and writes, and does both again on a fresher record if another request wrote
   * first. `known` is the newest record that the caller has.
   *
   * Rejects with `ERR_CONFLICT` if other requests were first too often.
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
      // If the new generation was saved after all, the client must get the new token: its old one opens nothing any more.
      if (change.mark !== undefined && (await this.#wasSaved(key, change, context))) return "saved";
      throw error;
    }
  }

  async #wasSaved(key: string, { write, mark }: Change<unknown>, context: RequestContext): Promise<boolean> {
    const found = await this.read(key, context).catch(() => undefined);
    return found?.generation === write?.claims.generation && wasReplacedBy(found, mark);
  }

  /**
   * Keeps a session alive. If another request has written the record since it was read, that write has kept it alive already.
   * Resolves with the session, and with its new times if they were saved.
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

  /** The sessions of an owner that have not ended, in any order, and the keys of records that can't be decoded. */
  async list(owner: string, context: RequestContext, limit?: number): Promise<OwnedSessions> {
    const { list } = this.#store;
    if (!list) {
      const cure = "Use a store with an index by owner: docs/stores.md lists them";
      throw new SessionError("ERR_INVALID_OPTION", `This store can't list the sessions of an owner. ${cure}.`);
    }
    const asOf = this.#settings.now();
    const owned = await this.#call("list", context, () => list.call(this.#store, owner, limit));
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

  /** Throws if the record is damaged. */
  #decode(key: string, { record, asOf }: Written): StoredSession | undefined {
    assertRecord(record);
    const now = this.#settings.now();
    // The store's clock may be slow, so that it still gives a record that has expired.
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
