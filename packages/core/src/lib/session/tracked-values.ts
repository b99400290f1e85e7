import { stringify } from "../token/rich-json.ts";

type Values = Record<string, unknown>;

/**
 * A session's values, that know what became of them.
 *
 * The text of a value is kept when it is first handed out or written; what differs at the end has changed, at any depth.
 * Values that nobody asked for cost nothing.
 */
export class TrackedValues {
  /** As they came, until the first write: then a copy. An object, which engines read from JSON and write to it as it is. */
  #values: Values;
  #copied = false;
  /** By key, the original's text; undefined where there was none. */
  #originals: Map<string, string | undefined> | undefined;

  constructor(data: Readonly<Values>) {
    this.#values = data;
  }

  get size(): number {
    return this.keys().length;
  }

  keys(): string[] {
    return Object.keys(this.#values);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#values, key);
  }

  get(key: string): unknown {
    const value = this.#value(key);
    if (typeof value === "object") this.#remember(key);
    return value;
  }

  /** Sets a value, or deletes the key where it is undefined; answers with the value. */
  replace(key: string, value: unknown): unknown {
    if (value === undefined) delete this.#own(key)[key];
    else this.#own(key)[key] = value;
    return value;
  }

  /** Throws `ERR_NOT_SERIALIZABLE` where a value has become one that can't be kept. */
  changed(): boolean {
    return this.#originals !== undefined && !this.changes().next().done;
  }

  /** The keys that have changed, with their values; undefined for a key that is gone. */
  *changes(): Generator<[key: string, value: unknown]> {
    for (const [key, original] of this.#originals ?? []) {
      if (this.#text(key) !== original) yield [key, this.#value(key)];
    }
  }

  /** From now on, what a key holds counts as unchanged. */
  accept(key: string): void {
    this.#originals?.set(key, this.#text(key));
  }

  toObject(): Readonly<Values> {
    return this.#values;
  }

  /** The values as the text of a JSON object. */
  toJson(): string {
    return stringify(this.#values);
  }

  /** The values, to be written at this key. An object without a prototype would be several times slower to copy and to write. */
  #own(key: string): Values {
    this.#remember(key);
    if (!this.#copied) this.#values = { ...this.#values };
    this.#copied = true;
    // Once it is the object's own, it is a key as any other.
    if (key === "__proto__") this.#values = { ...this.#values, [key]: this.#value(key) };
    return this.#values;
  }

  #value(key: string): unknown {
    return this.has(key) ? this.#values[key] : undefined;
  }

  #remember(key: string): void {
    this.#originals ??= new Map();
    if (!this.#originals.has(key)) this.#originals.set(key, this.#text(key));
  }

  #text(key: string): string | undefined {
    return this.has(key) ? stringify(this.#values[key], key) : undefined;
  }
}
