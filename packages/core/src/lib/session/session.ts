import type { Awaitable } from "../awaitable.ts";
import type { SessionStatus } from "../decide.ts";
import { SessionError } from "../errors.ts";
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

/** What `update` needs of the place where the data is. */
export interface Updater {
  /** Replaces a value by what `next` makes of it. */
  update(state: SessionState, key: string, next: (value: unknown) => unknown): Awaitable<UpdateOutcome>;
}

/** Data without a declared type: any key, unknown values. */
export type SessionData = Record<string, unknown>;

type Key<Data> = keyof Data & string;
type Entry<Data> = { [K in Key<Data>]-?: [key: K, value: Exclude<Data[K], undefined>] }[Key<Data>];

/**
 * A visitor's session: works like a `Map`, typed by `Data`.
 *
 * Values may be plain objects, arrays, strings, finite numbers, booleans, null, Date, Map, Set, BigInt, Uint8Array and URL,
 * nested at will. Changing a value that `get` gave, at any depth, is enough for it to be saved.
 *
 * Every method that changes something throws `ERR_SESSION_COMMITTED` once the session has been committed.
 */
export class Session<Data extends object = SessionData> {
  readonly #state: SessionState;
  readonly #updater: Updater;

  constructor(state: SessionState, updater: Updater) {
    this.#state = state;
    this.#updater = updater;
  }

  /** For the manager's own use: `Session` is exported as a type only. */
  static stateOf<D extends object>(session: Session<D>): SessionState {
    return session.#state;
  }

  /** The value of a key, or undefined. It may be changed in place. */
  get<K extends Key<Data>>(key: K): Data[K] | undefined {
    return this.#read().values.get(key) as Data[K] | undefined;
  }

  /** Keeps a value; undefined deletes the key. What can't be kept throws `ERR_NOT_SERIALIZABLE` on commit. */
  set<K extends Key<Data>>(key: K, value: Data[K]): this {
    setValue(this.#write(), key, value);
    return this;
  }

  has(key: Key<Data>): boolean {
    return this.#read().values.has(key);
  }

  /** Whether there was something to delete. */
  delete(key: Key<Data>): boolean {
    const state = this.#write();
    const had = state.values.has(key);
    setValue(state, key, undefined);
    return had;
  }

  /** The value of a key, which is deleted. */
  pop<K extends Key<Data>>(key: K): Data[K] | undefined {
    const value = this.get(key);
    this.delete(key);
    return value;
  }

  /**
   * Replaces a value by what `next` makes of it, and resolves with that. Await it.
   *
   * `next` gets undefined where there is no value. It must do nothing else: it may be called again on fresher data.
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

  /** Leaves a message for the next page that asks for it. */
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

  /** Takes the messages that wait, oldest first; with a category, only those of it. The others stay. */
  flashes(category?: string): Flash[] {
    const { flashes } = this.#read().claims;
    const taken = flashes.filter(([name]) => category === undefined || name === category);
    if (taken.length > 0) change(this.#write(), { flashes: flashes.filter((flash) => !taken.includes(flash)) });
    return taken.map(([category, message]) => ({ category, message }));
  }

  /** True unless the client brought this session along. */
  get isNew(): boolean {
    const { loaded, destroyed } = this.#read();
    return destroyed || loaded.client !== "valid";
  }

  /**
   * Why the client's former session is not this one, for a page that says "Your session has expired".
   *
   * `expired`; `revoked` also covers what was destroyed or is unknown to the store; `superseded` has got a newer token less than
   * 10 seconds ago, so that nothing but a `login` is kept of this request; `rejected` did not verify. Undefined where the
   * client brought no session, or this one.
   */
  get ended(): EndReason | undefined {
    return this.#read().loaded.ended;
  }

  /** What commit will find. */
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

  /** Whether the session survives the end of the browser ("remember me"). */
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
   * Makes the session that of a user: a new token, which makes every earlier one worthless, and a new start (ASVS 7.2.4).
   *
   * The data of an anonymous visitor stays (a cart, say); what belonged to another owner is dropped. `persistent` is for
   * "remember me". Throws `ERR_INVALID_ARGUMENT` where `owner` is not a non-empty string. Commit rejects with
   * `ERR_SESSION_ENDED` where the session was that owner's already, and has ended or got another token meanwhile.
   */
  login(owner: string, options: { readonly persistent?: boolean } = {}): void {
    if (typeof owner !== "string" || owner === "") {
      const cure = "Give the user's id as text, like String(user.id)";
      throw new SessionError("ERR_INVALID_ARGUMENT", `login needs the user's id, a non-empty string. ${cure}.`);
    }
    const state = this.#write();
    const { persistent } = options;
    if (persistent !== undefined) assertBoolean(persistent);
    login(state, owner);
    if (persistent !== undefined) this.persistent = persistent;
  }

  /** A new token for the same session; every earlier one is worthless. Call it whenever somebody's privileges change. */
  regenerate(): void {
    renew(this.#write());
  }

  /** Ends the session. What is written afterwards belongs to a new one. */
  destroy(): void {
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

function assertBoolean(value: unknown): void {
  if (typeof value === "boolean") return;
  throw new SessionError("ERR_INVALID_ARGUMENT", `persistent must be true or false, but is ${kindOf(value)}.`);
}

/** Of what a caller without types has given. */
function kindOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}
