import type { Awaitable } from "../awaitable.ts";
import type { SessionStatus } from "../decide.ts";
import { SessionError } from "../errors.ts";
import { assertOwner } from "../owner.ts";
import { assertBoolean, assertNoCallback, kindOf } from "./arguments.ts";
import { refuseAssignments } from "./assignments.ts";
import type { EndReason } from "./loaded.ts";
import {
  acceptUpdate,
  change,
  destroy,
  idOf,
  login,
  renew,
  type SessionState,
  setValue,
  statusOf,
  type UpdateOutcome,
} from "./session-state.ts";

/** A message for the next page. */
export interface Flash {
  readonly category: string;
  readonly message: string;
}

/** The part of a backend that `Session.update` needs. */
export interface Updater {
  /** Replaces a value by the result of `next`. */
  update(state: SessionState, key: string, next: (value: unknown) => unknown): Awaitable<UpdateOutcome>;
}

/** Data without a declared type: any key, unknown values. */
export type SessionData = Record<string, unknown>;

type Key<Data> = keyof Data & string;
type Value<Data, K extends keyof Data> = Exclude<Data[K], undefined>;
type Entry<Data> = { [K in Key<Data>]-?: [key: K, value: Value<Data, K>] }[Key<Data>];

/**
 * A visitor's session: works like a `Map`, typed by `Data`.
 *
 * Values may be plain objects, arrays, strings, finite numbers, booleans, null, Date, Map, Set, BigInt, Uint8Array and URL,
 * nested up to 1000 levels. Commit rejects what would come back as something else, like an instance of a class. If you change a
 * value that `get` returned, at any depth, commit saves it.
 *
 * The session keeps no properties: an assignment to any property but `persistent` throws a `TypeError`.
 *
 * Every method that changes something throws `ERR_SESSION_COMMITTED` once the session has been committed.
 */
export class Session<Data extends object = SessionData> {
  readonly #state: SessionState;
  readonly #updater: Updater;

  constructor(state: SessionState, updater: Updater) {
    this.#state = state;
    this.#updater = updater;
    Object.preventExtensions(this);
  }

  static {
    refuseAssignments(Session);
  }

  /** For `Sessions` only. Users can't call it: the package exports `Session` as a type. */
  static stateOf<D extends object>(session: Session<D>): SessionState {
    return session.#state;
  }

  /** The value of a key, or undefined. It may be changed in place. */
  get<K extends Key<Data>>(key: K): Data[K] | undefined {
    return this.#read().values.get(key) as Data[K] | undefined;
  }

  /** Sets a value; undefined deletes the key. Commit rejects with `ERR_NOT_SERIALIZABLE` if the value can't be kept. */
  set<K extends Key<Data>>(key: K, value: Data[K]): this {
    setValue(this.#write(), key, value);
    return this;
  }

  has(key: Key<Data>): boolean {
    return this.#read().values.has(key);
  }

  /** Deletes a key. True if the session had it. */
  delete(key: Key<Data>): boolean {
    const state = this.#write();
    const had = state.values.has(key);
    setValue(state, key, undefined);
    return had;
  }

  /** Deletes a key and returns its value. */
  pop<K extends Key<Data>>(key: K): Data[K] | undefined {
    const value = this.get(key);
    this.delete(key);
    return value;
  }

  /** The value of a key. If there is none, sets this one and returns it: `session.getOrInsert("cart", []).push(sku)`. */
  getOrInsert<K extends Key<Data>>(key: K, value: Value<Data, K>): Value<Data, K> {
    return this.getOrInsertComputed(key, () => value);
  }

  /** The value of a key. If there is none, sets the result of `compute`, which gets the key, and returns it. */
  getOrInsertComputed<K extends Key<Data>>(key: K, compute: (key: K) => Value<Data, K>): Value<Data, K> {
    if (!this.has(key)) this.set(key, compute(key));
    return this.get(key) as Value<Data, K>;
  }

  /**
   * Replaces a value by the result of `next`, and resolves with the result. Await it.
   *
   * `next` gets undefined if there is no value. It must have no side effects: it may be called again on fresher data.
   */
  async update<K extends Key<Data>, V extends Data[K]>(key: K, next: (value: Data[K] | undefined) => V): Promise<V> {
    const state = this.#write();
    const { values } = state;
    const outcome = await this.#updater.update(state, key, next as (value: unknown) => unknown);
    acceptUpdate(state, values, key, outcome);
    return outcome.value as V;
  }

  /** Deletes all values; owner and flashes stay. */
  clear(): void {
    for (const key of this.keys()) this.delete(key);
  }

  get size(): number {
    return this.#read().values.size;
  }

  keys(): IterableIterator<Key<Data>> {
    return this.#read().values.keys().values() as IterableIterator<Key<Data>>;
  }

  *values(): IterableIterator<Entry<Data>[1]> {
    for (const [, value] of this) yield value;
  }

  *entries(): IterableIterator<Entry<Data>> {
    for (const key of this.keys()) yield [key, this.get(key)] as Entry<Data>;
  }

  [Symbol.iterator](): IterableIterator<Entry<Data>> {
    return this.entries();
  }

  /** Leaves a message for the next page that calls `flashes`. Throws `ERR_INVALID_ARGUMENT` unless both are strings. */
  flash(category: string, message: string): void {
    if (typeof category !== "string" || typeof message !== "string") {
      const found =
        typeof category === "string" ? `the message is ${kindOf(message)}` : `the category is ${kindOf(category)}`;
      throw new SessionError(
        "ERR_INVALID_ARGUMENT",
        `flash needs a category and a message, both strings, but ${found}.`,
      );
    }
    const state = this.#write();
    change(state, { flashes: [...state.claims.flashes, [category, message]] });
  }

  /** Takes the waiting messages, oldest first. With a category, takes only its messages; the others stay. */
  flashes(category?: string): Flash[] {
    const { flashes } = this.#read().claims;
    const taken = flashes.filter(([name]) => category === undefined || name === category);
    if (taken.length > 0) change(this.#write(), { flashes: flashes.filter((flash) => !taken.includes(flash)) });
    return taken.map(([category, message]) => ({ category, message }));
  }

  /** True unless the request's token opened this session. */
  get isNew(): boolean {
    const { loaded, destroyed } = this.#read();
    return destroyed || loaded.client !== "valid";
  }

  /**
   * Why the session of the client's token was not loaded, for a page that says "Your session has expired".
   *
   * `expired`: it timed out. `revoked`: it was revoked or destroyed, or the store does not have it. `superseded`: it got a
   * newer token less than 10 seconds ago, and only a `login` of this request is saved. `rejected`: the token did not verify, or
   * the data did not fit the schema. Undefined if the client sent no token, or if its session was loaded.
   */
  get ended(): EndReason | undefined {
    return this.#read().loaded.ended;
  }

  /** What this request did to the session so far. */
  get status(): SessionStatus {
    return statusOf(this.#state);
  }

  /**
   * Names the session in stores, logs and lists, from its first save to its end: `login` and `regenerate` keep it.
   *
   * It is not the token and opens nothing. 22 base64url characters.
   */
  get id(): string {
    return idOf(this.#read());
  }

  /** When the session started; `login` starts it anew. */
  get createdAt(): Date {
    return new Date(this.#read().claims.start * 1000);
  }

  /** When the session ends if no further request comes. */
  get expiresAt(): Date {
    return new Date(this.#read().claims.exp * 1000);
  }

  /** True if the browser keeps the session when it closes ("remember me"). */
  get persistent(): boolean {
    return this.#read().claims.persistent;
  }

  set persistent(value: boolean) {
    assertBoolean(value);
    const state = this.#write();
    if (state.claims.persistent !== value) change(state, { persistent: value });
  }

  /** The application's user id, as given to `login`. */
  get owner(): string | undefined {
    return this.#read().claims.sub;
  }

  /**
   * Signs a user in: the session gets this owner, a new start and, as by `regenerate`, a new token (ASVS 7.2.4).
   *
   * The data of an anonymous visitor stays (a cart, say). Data of another owner is dropped. `persistent` is for "remember me".
   * Throws `ERR_INVALID_ARGUMENT` unless `owner` is a non-empty, well-formed string without NUL, and on a callback. Commit
   * rejects with `ERR_SESSION_ENDED` if the session had this owner already, and has ended or got another token in the meantime.
   */
  login(owner: string, options: { readonly persistent?: boolean } = {}): void {
    assertOwner("login", owner);
    assertNoCallback("login", options);
    const state = this.#write();
    const { persistent } = options;
    if (persistent !== undefined) assertBoolean(persistent);
    login(state, owner);
    if (persistent !== undefined) this.persistent = persistent;
  }

  /**
   * Gives the session a new token; with a store or `revocations`, earlier ones open nothing. Call it if privileges change. Throws
   * `ERR_INVALID_ARGUMENT` on a callback.
   */
  regenerate(): void;
  regenerate(...given: unknown[]): void {
    assertNoCallback("regenerate", given[0]);
    renew(this.#write());
  }

  /** Ends the session. Everything written afterwards belongs to a new one. Throws `ERR_INVALID_ARGUMENT` on a callback. */
  destroy(): void;
  destroy(...given: unknown[]): void {
    assertNoCallback("destroy", given[0]);
    destroy(this.#write());
  }

  #read(): SessionState {
    this.#state.accessed = true;
    return this.#state;
  }

  #write(): SessionState {
    if (this.#state.outcome !== undefined) {
      const cure = "Change it before the response is returned or its first byte sent";
      throw new SessionError("ERR_SESSION_COMMITTED", `The session is committed: this change would be lost. ${cure}.`);
    }
    return this.#read();
  }
}
