import { stringify } from "../token/rich-json.ts";

type Values = Record<string, unknown>;

/**
 * A session's values, with change detection.
 *
 * The first `get` of an object, or write of any value, keeps the text of the old value. If the text differs later, the value
 * has changed, at any depth. A value that the handler does not use costs nothing.
 */
export class TrackedValues {
  /** The given object until the first write, then a copy. It is an object, not a Map, because JSON reads and writes objects. */
  #values: Values;
  #copied = false;
  /** The original text of each key that was used; undefined if there was no value. */
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

  /** Sets a value, or deletes the key if it is undefined. Returns the value. */
  replace(key: string, value: unknown): unknown {
    if (value === undefined) delete this.#own(key)[key];
    else this.#own(key)[key] = value;
    return value;
  }

  /** Throws `ERR_NOT_SERIALIZABLE` if a value can't be kept. */
  changed(): boolean {
    return this.#originals !== undefined && !this.changes().next().done;
  }

  /** The keys that have changed, with their values; undefined for a key that is gone. */
  *changes(): Generator<[key: string, value: unknown]> {
    for (const [key, original] of this.#originals ?? []) {
      if (this.#text(key) !== original) yield [key, this.#value(key)];
    }
  }

  /** From now on the current value of a key counts as unchanged. */
  accept(key: string): void {
    this.#originals?.set(key, this.#text(key));
  }

  toObject(): Readonly<Values> {
    return this.#values;
  }

  /** Our own copy of the values, for a write at this key. A copy without a prototype would be several times slower. */
  #own(key: string): Values {
    this.#remember(key);
    if (!this.#copied) this.#values = { ...this.#values };
    this.#copied = true;
    // Once `__proto__` is the object's own property, it works like any other key.
    if (key === "__proto__") this.#values = { ...this.#values, [key]: this.#value(key) };
    return this.#values;
  }

  #value(key: string): unknown {
    return this.has(key) ? this.#values[key] : undefined;
  }

  #remember(key: string): void {
    this.#originals ??= new Map();
    // The handler has not had this value yet, so it is as it was parsed.
    if (!this.#originals.has(key)) this.#originals.set(key, this.#text(key, true));
  }

  #text(key: string, parsed?: boolean): string | undefined {
    return this.has(key) ? stringify(this.#values[key], key, parsed) : undefined;
  }
}
