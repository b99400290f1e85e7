import { stringify } from "./rich-json.ts";

/**
 * A session's values, which knows what became of them.
 *
 * The text of a value is kept when it is first handed out or written; what differs at the end has changed, at any depth.
 * Values that nobody asked for cost nothing.
 */
export class TrackedValues {
  readonly #values: Map<string, unknown>;
  /** By key, the original's text; undefined where there was none. */
  readonly #originals = new Map<string, string | undefined>();

  constructor(data: Readonly<Record<string, unknown>>) {
    this.#values = new Map(Object.entries(data));
  }

  get size(): number {
    return this.#values.size;
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  keys(): IterableIterator<string> {
    return this.#values.keys();
  }

  get(key: string): unknown {
    const value = this.#values.get(key);
    if (typeof value === "object") this.#remember(key);
    return value;
  }

  set(key: string, value: unknown): void {
    this.#remember(key);
    if (value === undefined) this.#values.delete(key);
    else this.#values.set(key, value);
  }

  /** Throws `ERR_NOT_SERIALIZABLE` where a value has become one that can't be kept. */
  changed(): boolean {
    for (const [key, original] of this.#originals) {
      if (this.#text(key) !== original) return true;
    }
    return false;
  }

  /** The values as the text of a JSON object. */
  toJson(): string {
    return stringify(Object.fromEntries(this.#values));
  }

  #remember(key: string): void {
    if (!this.#originals.has(key)) this.#originals.set(key, this.#text(key));
  }

  #text(key: string): string | undefined {
    return this.has(key) ? stringify(this.#values.get(key), [key]) : undefined;
  }
}
