import { stringify } from "../token/rich-json.ts";

/**
 * A session's values: a map that knows what became of them.
 *
 * The text of a value is kept when it is first handed out or written; what differs at the end has changed, at any depth.
 * Values that nobody asked for cost nothing.
 */
export class TrackedValues extends Map<string, unknown> {
  /** By key, the original's text; undefined where there was none. */
  readonly #originals = new Map<string, string | undefined>();

  constructor(data: Readonly<Record<string, unknown>>) {
    super();
    for (const [key, value] of Object.entries(data)) super.set(key, value);
  }

  override get(key: string): unknown {
    const value = super.get(key);
    if (typeof value === "object") this.#remember(key);
    return value;
  }

  override set(key: string, value: unknown): this {
    this.#remember(key);
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    this.#remember(key);
    return super.delete(key);
  }

  /** Sets a value, or deletes the key where it is undefined; answers with the value. */
  replace(key: string, value: unknown): unknown {
    if (value === undefined) this.delete(key);
    else this.set(key, value);
    return value;
  }

  replaceAll(data: Readonly<Record<string, unknown>>): void {
    for (const key of [...this.keys()]) this.delete(key);
    for (const [key, value] of Object.entries(data)) this.replace(key, value);
  }

  /** Throws `ERR_NOT_SERIALIZABLE` where a value has become one that can't be kept. */
  changed(): boolean {
    return !this.changes().next().done;
  }

  /** The keys that have changed, with their values; undefined for a key that is gone. */
  *changes(): Generator<[key: string, value: unknown]> {
    for (const [key, original] of this.#originals) {
      if (this.#text(key) !== original) yield [key, super.get(key)];
    }
  }

  /** From now on, what a key holds counts as unchanged. */
  accept(key: string): void {
    this.#originals.set(key, this.#text(key));
  }

  /** The values as the text of a JSON object. */
  toJson(): string {
    return stringify(Object.fromEntries(this));
  }

  #remember(key: string): void {
    if (!this.#originals.has(key)) this.#originals.set(key, this.#text(key));
  }

  #text(key: string): string | undefined {
    return this.has(key) ? stringify(super.get(key), key) : undefined;
  }
}
