/** The most entries. When there are more, the cache forgets all: each then costs one more question to the store. */
const MAX_ENTRIES = 10_000;

/** Remembers answers for some seconds. An answer that was on its way during a `forget` may be old, and is not remembered. */
export class TtlCache<Value> {
  readonly #seconds: number;
  readonly #now: () => number;
  readonly #entries = new Map<string, { readonly value: Value; readonly asOf: number }>();
  #forgotten = 0;

  constructor(seconds: number, now: () => number) {
    this.#seconds = seconds;
    this.#now = now;
  }

  /** The remembered answer, or else the answer of `ask`. */
  async get(key: string, ask: () => Promise<Value>): Promise<Value> {
    const found = this.#entries.get(key);
    const asOf = this.#now();
    if (found && asOf < found.asOf + this.#seconds) return found.value;
    const forgotten = this.#forgotten;
    const value = await ask();
    if (this.#seconds > 0 && forgotten === this.#forgotten) this.#remember(key, value, asOf);
    return value;
  }

  forget(key: string): void {
    this.#forgotten++;
    this.#entries.delete(key);
  }

  #remember(key: string, value: Value, asOf: number): void {
    if (this.#entries.size >= MAX_ENTRIES) this.#entries.clear();
    this.#entries.set(key, { value, asOf });
  }
}
