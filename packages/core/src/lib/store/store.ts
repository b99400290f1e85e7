import type { Settings } from "../config.ts";
import type { Keeper } from "../keeper/keeper.ts";
import { revocableKeeper } from "../keeper/revocable-keeper.ts";
import { spillKeeper } from "../keeper/spill-keeper.ts";
import { StoreKeeper } from "../keeper/store-keeper.ts";

/** A session as a store keeps it: plain data, copied in and out. Times are whole seconds since the epoch. */
export interface SessionRecord {
  /** Counts the writes. Set by the core; a store only compares it. */
  readonly version: number;
  /** JSON text, to be kept as it is. */
  readonly data: string;
  /** The application's user id, for the index by owner. */
  readonly owner?: string | undefined;
  readonly createdAt: number;
  /** When it was last used; exact to the session's `lifetime.refresh`. */
  readonly usedAt: number;
  /** From this second on the record is gone, whether or not it has been removed. */
  readonly expiresAt: number;
}

/** One of an owner's records. */
export interface OwnedRecord {
  readonly id: string;
  readonly record: SessionRecord;
}

/** What became of an update: `changed` means another version was found, `missing` that there is no such record. */
export type UpdateResult = "saved" | "changed" | "missing";

/**
 * Where records live: five small operations, without any policy. For authors of stores.
 *
 * Every call is awaited. What can't be done, or whose outcome isn't known, must reject; it must never report a success that may
 * not be one. Ids are ours: `[A-Za-z0-9_-]`, 22 to 64 characters, safe as a key and as a file name. An expired record
 * counts as missing everywhere below, and the store lets it go by itself: by its own TTL, or in `sweep`.
 */
export interface StoreOperations {
  /** The record, or undefined where there is none. */
  read(id: string): Promise<SessionRecord | undefined>;
  /** Inserts. False, with nothing written, where the id is taken. */
  create(id: string, record: SessionRecord): Promise<boolean>;
  /**
   * Replaces the record if it exists and has this version, in one atomic step; never creates one. The new record may have
   * expired already: that ends the session.
   *
   * A store that can't compare and set ignores the version, and says so in its documentation and by `atomic: false`.
   */
  update(id: string, record: SessionRecord, version: number): Promise<UpdateResult>;
  /** Moves these two times and nothing else, whatever the version. False where there is no record; never creates one. */
  touch(id: string, usedAt: number, expiresAt: number): Promise<boolean>;
  /** Removes the record. That there is none is no error. */
  delete(id: string): Promise<void>;
  /** An owner's records, in any order. Left out where the store has no index by owner. */
  list?(owner: string): Promise<OwnedRecord[]>;
  /** Removes records that have expired, a bounded number, and tells how many. Left out where the store has a TTL. */
  sweep?(): Promise<number>;
  /** False where `update` can't compare and set: two writers at once, and the last wins. Default true. */
  readonly atomic?: boolean;
}

/** Options of `createSessions` that need a `store`, or `revocations`. */
export interface StoreOptions {
  /**
   * Default 0. For so many seconds the token carries the data too, and reads skip the store. Writes always go there. With
   * `revocations` this process remembers for so long that a session had not ended. A revocation takes at most that long to be
   * noticed.
   */
  readonly cacheFor?: number;
  /** Milliseconds after which an operation of the store counts as failed (`ERR_STORE`). Default none: that of its client. */
  readonly storeTimeout?: number;
  /** How many sessions an owner may have; a further `login` ends the oldest, or is refused with `ERR_TOO_MANY_SESSIONS`. */
  readonly sessionsPerOwner?: { readonly max: number; readonly beyond: "end-oldest" | "refuse" };
}

/** What `createSessions({ store })` takes: made by `defineStore`. */
export interface SessionStore {
  readonly operations: StoreOperations;
  /** For the core: what it takes to keep sessions here comes with the store, so that who has none does not carry it. */
  readonly keepers: StoreKeepers;
}

interface StoreKeepers {
  /** All of a session's data in the store. */
  inStore(settings: Settings, options: StoreOptions): Keeper;
  /** Data in the token, and in the store what ended. */
  revocable(settings: Settings, options: StoreOptions): Keeper;
  /** Data in the token, or in the store where it does not fit. */
  spill(settings: Settings, options: StoreOptions, inToken: Keeper): Keeper;
}

/** Makes a store of its five operations. */
export function defineStore(operations: StoreOperations): SessionStore {
  return {
    operations,
    keepers: {
      inStore: (settings, options) => new StoreKeeper(operations, settings, options),
      revocable: (settings, options) => revocableKeeper(operations, settings, options),
      spill: (settings, options, inToken) => spillKeeper(operations, settings, options, inToken),
    },
  };
}
