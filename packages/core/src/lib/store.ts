/** A session as a store keeps it: plain data, copied in and out. Times are whole seconds since the epoch. */
export interface SessionRecord {
  /** Counts the writes. Set by the core; a store only compares it. */
  readonly version: number;
  /** JSON text, to be kept as it is. */
  readonly data: string;
  /** The application's user id, for the index by owner. */
  readonly owner?: string | undefined;
  readonly createdAt: number;
  /** The last use of the session. It may be late by up to the session's `lifetime.refresh`. */
  readonly usedAt: number;
  /** From this second on the record counts as missing, even if it has not been removed. */
  readonly expiresAt: number;
}

/** One of an owner's records. */
export interface OwnedRecord {
  readonly id: string;
  readonly record: SessionRecord;
}

/** The outcome of an update or a touch. `changed`: the record has another version. `missing`: there is no such record. */
export type UpdateResult = "saved" | "changed" | "missing";

/**
 * A place for records: five small operations, without any policy. For authors of stores.
 *
 * Every call is awaited. An operation must reject if it fails or if its outcome is not known; it must never report a success
 * that is not certain. The library makes the ids: 22 to 64 characters of `[A-Za-z0-9_-]`, safe as a key and as a file name. An
 * expired record counts as missing in every operation. The store itself removes it: by its own TTL, or in `sweep`.
 */
export interface StoreOperations {
  /** The record, or undefined if there is none. */
  read(id: string): Promise<SessionRecord | undefined>;
  /** Inserts a record. If the id is taken, it writes nothing and resolves with false. */
  create(id: string, record: SessionRecord): Promise<boolean>;
  /**
   * Replaces the record if it exists and has this version, in one atomic step. Never creates a record. The new record may have
   * expired already: that ends the session.
   *
   * A store that can't compare and set ignores the version. It says so in its documentation, and has `atomic: false`.
   */
  update(id: string, record: SessionRecord, version: number): Promise<UpdateResult>;
  /**
   * Sets these two times and nothing else, if the record exists and has this version, in one atomic step. Never creates one.
   *
   * The version stays the same, so that the next write does not conflict with the touch.
   *
   * A store that can't compare and set reads the version first, and answers `changed` if it is another. A write between that
   * read and the touch is lost.
   */
  touch(id: string, usedAt: number, expiresAt: number, version: number): Promise<UpdateResult>;
  /** Removes the record. It is no error if there is none. */
  delete(id: string): Promise<void>;
  /**
   * An owner's records, in any order. With `limit`, at most so many: those that were used last. A store that can't sort them may
   * look at 1000 and no more. Leave it out if the store has no index by owner.
   */
  list?(owner: string, limit?: number): Promise<OwnedRecord[]>;
  /** Removes a bounded number of expired records and resolves with that number. Leave it out if the store has a TTL. */
  sweep?(): Promise<number>;
  /**
   * Called if the store is used for `revocations`. From then on the store must not remove a record before it has expired, even
   * if it is full; `create` then rejects. Leave it out if the store never removes such records.
   */
  neverEvict?(): void;
  /** One sentence for the message of `ERR_STORE`: what to do about this error. Undefined if the store can't tell. */
  cureFor?(error: unknown): string | undefined;
  /** False if `update` and `touch` can't compare and set: of two writers at once, the last wins. Default true. */
  readonly atomic?: boolean;
}

/** Options of `createSessions` that need a `store`, or `revocations`. */
export interface StoreOptions {
  /**
   * Default 0. For so many seconds reads skip the store. With `store`, a second cookie (`__Host-session-copy`) carries a copy
   * of the data; writes always go to the store. With `revocations`, this process remembers the store's answers. A revocation
   * takes effect after at most this time.
   */
  readonly cacheFor?: number;
  /** Milliseconds after which an operation of the store fails with `ERR_STORE`. Default 10 000. A sweep is not timed. */
  readonly storeTimeout?: number;
  /** Limits how many sessions an owner may have at once. Default none. */
  readonly sessionsPerOwner?: SessionsPerOwner;
}

/** A limit on an owner's sessions. A `login` beyond `max` ends the oldest, or commit rejects with `ERR_TOO_MANY_SESSIONS`. */
export interface SessionsPerOwner {
  readonly max: number;
  readonly beyond: "end-oldest" | "refuse";
}
