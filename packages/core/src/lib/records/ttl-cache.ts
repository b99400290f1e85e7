/** Entries at most: then all are forgotten, which costs no more than asking again. */
const MAX_ENTRIES = 10_000;

/** Answers of the last few seconds. What was asked before something was forgotten is not remembered any more. */
export class TtlCache<Value> {
  readonly #seconds: number;
  readonly #now: () => number;
  readonly #entries = new Map<string, { readonly value: Value; readonly asOf: number }>();
  #forgotten = 0;

  constructor(seconds: number, now: () => number) {
    this.#seconds = seconds;
    this.#now = now;
  }

  /** The answer that is remembered, or else the one that `ask` gives. */
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

  forgetAll(): void {
    this.#forgotten++;
    this.#entries.clear();
  }

  #remember(key: string, value: Value, asOf: number): void {
    if (this.#entries.size >= MAX_ENTRIES) this.#entries.clear();
    this.#entries.set(key, { value, asOf });
  }
}
