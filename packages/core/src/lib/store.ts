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

/** What became of an update or a touch: `changed` means that another version was found, `missing` that there is no such record. */
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
  /**
   * Moves these two times and nothing else, if the record exists and has this version, in one atomic step; never creates one.
   *
   * The version stays as it is: a touch is no new version, so a write that follows does not conflict with it.
   */
  touch(id: string, usedAt: number, expiresAt: number, version: number): Promise<UpdateResult>;
  /** Removes the record. That there is none is no error. */
  delete(id: string): Promise<void>;
  /** An owner's records, in any order. Left out where the store has no index by owner. */
  list?(owner: string): Promise<OwnedRecord[]>;
  /** Removes records that have expired, a bounded number, and tells how many. Left out where the store has a TTL. */
  sweep?(): Promise<number>;
  /**
   * Called where the store is to hold `revocations`: from then on it must not remove a record that has not expired in order to
   * make room. A `create` for which there is none rejects. Left out where the store never does so.
   */
  neverEvict?(): void;
  /** False where `update` can't compare and set: two writers at once, and the last wins. Default true. */
  readonly atomic?: boolean;
}

/** Options of `createSessions` that need a `store`, or `revocations`. */
export interface StoreOptions {
  /**
   * Default 0. For so many seconds reads skip the store: a second cookie (`__Host-session-copy`) carries a copy of the data.
   * Writes always go to the store. With `revocations` this process remembers for so long that a session had not ended. A
   * revocation takes at most that long to be noticed.
   */
  readonly cacheFor?: number;
  /** Milliseconds after which an operation of the store counts as failed (`ERR_STORE`). Default none: that of its client. */
  readonly storeTimeout?: number;
  /** How many sessions an owner may have; a further `login` ends the oldest, or is refused with `ERR_TOO_MANY_SESSIONS`. */
  readonly sessionsPerOwner?: SessionsPerOwner;
}

export interface SessionsPerOwner {
  readonly max: number;
  readonly beyond: "end-oldest" | "refuse";
}
