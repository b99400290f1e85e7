import type { Settings } from "../config.ts";
import { SessionError } from "../errors.ts";
import { expiryOf, isExpired } from "../lifetime.ts";
import type { RequestLike } from "../load.ts";
import type { OwnedRecord, SessionRecord, StoreOperations } from "../store/store.ts";
import { type Claims, decodeClaims, encodeClaims } from "../token/claims.ts";
import { stringify } from "../token/rich-json.ts";
import { MAX_ATTEMPTS, pause } from "./attempts.ts";
import { type Retired, readRetired, retiredRecord } from "./retired.ts";
import type { StoreCaller } from "./store-caller.ts";
import { Turns } from "./turns.ts";

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
  /** The id under which it goes on then. */
  readonly heir?: string;
}

/** What was written, for the one who wrote it and, as data that nobody holds, for the next. */
interface Saved {
  readonly stored: Stored;
  readonly record: SessionRecord;
}

/** Claims in, claims out: the records of a store, and how they are replaced while others write. */
export class StoreRecords {
  readonly #store: StoreOperations;
  readonly #settings: Settings;
  readonly #call: StoreCaller;
  readonly #turns = new Turns<Saved | undefined>();

  constructor(store: StoreOperations, settings: Settings, call: StoreCaller) {
    this.#store = store;
    this.#settings = settings;
    this.#call = call;
  }

  /** Undefined where there is none alive. */
  read(sid: string, request: RequestLike): Promise<Stored | Retired | undefined> {
    return this.#call("read", request, async () => {
      const record = await this.#store.read(sid);
      return record && this.#foundIn(sid, record);
    });
  }

  /** Undefined where the id is taken. */
  async create(sid: string, claims: Claims, request: RequestLike): Promise<Stored | undefined> {
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
    const once = await this.#replaceOnce(from, replacement, request);
    if (once !== "changed") return once?.stored;
    const work = (before?: Saved) => this.#replaceAfter(before, from.sid, replacement, request);
    return (await this.#turns.take(from.sid, work))?.stored;
  }

  async #replaceAfter(
    before: Saved | undefined,
    sid: string,
    replacement: Replacement,
    request: RequestLike,
  ): Promise<Saved | undefined> {
    let base = before ? this.#foundIn(sid, before.record) : await this.read(sid, request);
    for (let attempts = 2; attempts <= MAX_ATTEMPTS; attempts++) {
      if (base === undefined || "heir" in base) return undefined;
      const saved = await this.#replaceOnce(base, replacement, request);
      if (saved !== "changed") {
        if (saved) this.#settings.onEvent({ type: "conflict-merged", attempts }, request);
        return saved;
      }
      await pause(attempts);
      base = await this.read(sid, request);
    }
    const cure = "Do fewer writes of one session at the same time, or repeat the request";
    throw new SessionError("ERR_CONFLICT", `Others wrote this session ${MAX_ATTEMPTS} times in between. ${cure}.`);
  }

  async #replaceOnce(
    { sid, claims: base, version }: Stored,
    { change, retire, heir }: Replacement,
    request: RequestLike,
  ): Promise<Saved | "changed" | undefined> {
    const claims = change(base);
    const record = retire?.(claims)
      ? retiredRecord(version + 1, this.#settings.now(), heir)
      : this.#recordOf(claims, version + 1);
    const result = await this.#call("update", request, () => this.#store.update(sid, record, version));
    if (result === "saved") return { stored: storedAs(claims, sid, record), record };
    return result === "missing" ? undefined : result;
  }

  /** False where there is none. */
  touch({ sid, claims }: Stored, request: RequestLike): Promise<boolean> {
    const { now, lifetime } = this.#settings;
    const usedAt = now();
    return this.#call("touch", request, () => this.#store.touch(sid, usedAt, expiryOf(claims.start, usedAt, lifetime)));
  }

  /** The records of an owner that are alive. */
  async list(owner: string, request: RequestLike): Promise<OwnedRecord[]> {
    const { list } = this.#store;
    if (!list)
      throw new SessionError("ERR_INVALID_OPTION", "This store can't list the sessions of an owner. Use another.");
    const records = await this.#call("list", request, () => list.call(this.#store, owner));
    return records.filter(({ record }) => !readRetired(record) && record.expiresAt > this.#settings.now());
  }

  sweep(request: RequestLike): Promise<number> {
    return this.#call("sweep", request, async () => (await this.#store.sweep?.()) ?? 0);
  }

  #foundIn(sid: string, record: SessionRecord): Stored | Retired | undefined {
    const { now, lifetime } = this.#settings;
    const retired = readRetired(record);
    if (retired) return retired;
    const claims = { ...decodeClaims(record.data), iat: record.usedAt, exp: record.expiresAt };
    return isExpired(claims, now(), lifetime) ? undefined : { sid, claims, version: record.version };
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
