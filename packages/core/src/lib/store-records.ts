import { type Claims, decodeClaims, encodeClaims } from "./claims.ts";
import type { Settings } from "./config.ts";
import { SessionError } from "./errors.ts";
import { expiryOf, isExpired } from "./lifetime.ts";
import type { RequestLike } from "./load.ts";
import { stringify } from "./rich-json.ts";
import type { OwnedRecord, SessionRecord, StoreOperations } from "./store.ts";
import { type StoreCaller, storeCaller } from "./store-caller.ts";

/** What a store has of a session. */
export interface Stored {
  readonly sid: string;
  readonly claims: Claims;
  readonly version: number;
}

/** How a record is to be replaced. Both functions may be called several times, on fresher claims. */
export interface Replacement {
  change(base: Claims): Claims;
  /** Whether only a note is to be left that nothing goes on under this id. */
  retire?(claims: Claims): boolean;
}

/** In the place of a record's data: the session goes on under another id, or was emptied. */
const RETIRED = '"retired"';

/** Seconds for which a retired id is remembered, so that requests which were on their way find out. */
const RETIRED_FOR = 30;

/** Writes of one request that others may overtake before it gives up. */
const MAX_ATTEMPTS = 100;

/** Claims in, claims out: the records of a store, and how they are replaced while others write. */
export class StoreRecords {
  readonly #store: StoreOperations;
  readonly #settings: Settings;
  readonly #call: StoreCaller;

  constructor(store: StoreOperations, settings: Settings, timeout: number | undefined) {
    this.#store = store;
    this.#settings = settings;
    this.#call = storeCaller(settings, timeout);
  }

  /** Undefined where there is none alive. */
  read(sid: string, request: RequestLike): Promise<Stored | "retired" | undefined> {
    const { now, lifetime } = this.#settings;
    return this.#call("read", request, async () => {
      const record = await this.#store.read(sid);
      if (record === undefined || record.data === RETIRED) return record && "retired";
      const claims = { ...decodeClaims(record.data), iat: record.usedAt, exp: record.expiresAt };
      return isExpired(claims, now(), lifetime) ? undefined : { sid, claims, version: record.version };
    });
  }

  async create(sid: string, claims: Claims, request: RequestLike): Promise<Stored> {
    const created = await this.createUnlessTaken(sid, claims, request);
    if (!created) throw new SessionError("ERR_STORE", `The session store already has a record of the new id ${sid}.`);
    return created;
  }

  /** Undefined where there is one under this id. */
  async createUnlessTaken(sid: string, claims: Claims, request: RequestLike): Promise<Stored | undefined> {
    const record = this.#recordOf({ ...claims, sid }, 1);
    const created = await this.#call("create", request, () => this.#store.create(sid, record));
    return created ? storedAs({ ...claims, sid }, sid, record) : undefined;
  }

  /**
   * Compares and sets, again and again on fresher claims.
   *
   * Undefined where the session was ended meanwhile: that stays so. Rejects with `ERR_CONFLICT` when overtaken too often.
   */
  async replace(from: Stored, replacement: Replacement, request: RequestLike): Promise<Stored | undefined> {
    const { sid } = from;
    let base: Stored | "retired" | undefined = from;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      if (base === undefined || base === "retired") return undefined;
      const { version } = base;
      const claims = replacement.change(base.claims);
      const record = replacement.retire?.(claims)
        ? this.#retired(claims, version + 1)
        : this.#recordOf(claims, version + 1);
      const result = await this.#call("update", request, () => this.#store.update(sid, record, version));
      if (result === "missing") return undefined;
      if (result === "saved") {
        if (attempt > 1) this.#settings.onEvent({ type: "conflict-merged", attempts: attempt }, request);
        return storedAs(claims, sid, record);
      }
      await pause(attempt);
      base = await this.read(sid, request);
    }
    const cure = "Do fewer writes of one session at the same time, or repeat the request";
    throw new SessionError("ERR_CONFLICT", `Others wrote this session ${MAX_ATTEMPTS} times in between. ${cure}.`);
  }

  /** False where there is none. */
  touch({ sid, claims }: Stored, request: RequestLike): Promise<boolean> {
    const { now, lifetime } = this.#settings;
    const usedAt = now();
    return this.#call("touch", request, () => this.#store.touch(sid, usedAt, expiryOf(claims.start, usedAt, lifetime)));
  }

  delete(sid: string, request: RequestLike): Promise<void> {
    return this.#call("delete", request, () => this.#store.delete(sid));
  }

  /** The records of an owner that are alive. */
  async list(owner: string, request: RequestLike): Promise<OwnedRecord[]> {
    const { list } = this.#store;
    if (!list)
      throw new SessionError("ERR_INVALID_OPTION", "This store can't list the sessions of an owner. Use another.");
    const records = await this.#call("list", request, () => list.call(this.#store, owner));
    return records.filter(({ record }) => record.data !== RETIRED && record.expiresAt > this.#settings.now());
  }

  sweep(request: RequestLike): Promise<number> {
    return this.#call("sweep", request, async () => (await this.#store.sweep?.()) ?? 0);
  }

  #retired({ start }: Claims, version: number): SessionRecord {
    const usedAt = this.#settings.now();
    return { version, data: RETIRED, createdAt: start, usedAt, expiresAt: usedAt + RETIRED_FOR };
  }

  #recordOf(claims: Claims, version: number): SessionRecord {
    const { now, lifetime } = this.#settings;
    const usedAt = now();
    const expiresAt = expiryOf(claims.start, usedAt, lifetime);
    const data = encodeClaims(
      { ...claims, iat: usedAt, exp: expiresAt, v: undefined, t: undefined },
      stringify(claims.d),
    );
    return { version, data, owner: claims.sub, createdAt: claims.start, usedAt, expiresAt };
  }
}

function storedAs(claims: Claims, sid: string, { usedAt, expiresAt, version }: SessionRecord): Stored {
  return { sid, claims: { ...claims, iat: usedAt, exp: expiresAt }, version };
}

/** Longer from one attempt to the next, and by chance: who has collided shall not do so again. */
function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2 ** attempt, 64)));
}
