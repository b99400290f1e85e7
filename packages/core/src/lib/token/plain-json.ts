/** Data nested deeper than this is refused: some runtime's stack could overflow. */
export const MAX_DEPTH = 1000;

/**
 * True if JSON.stringify keeps the value exactly as it is. False in case of doubt.
 *
 * `parsed` says that the value comes from JSON, so that it has no properties of other kinds: not to look for them is much faster.
 */
export function isJson(value: unknown, parsed: boolean, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return isJsonPrimitive(value);
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return isJsonArray(value, parsed, depth + 1);
  return isPlain(value) && isJsonObject(value, parsed, depth + 1);
}

/** A loop, because `every` skips the holes of a sparse array. */
function isJsonArray(array: readonly unknown[], parsed: boolean, depth: number): boolean {
  for (const member of array) if (!isJson(member, parsed, depth)) return false;
  return parsed || (isPlainArray(array) && addedKeyOf(array, array.length) === undefined);
}

/** `for in` makes no list of keys first. The descriptor of a getter has no value, nor has an inherited key. */
function isJsonObject(object: Readonly<Record<string, unknown>>, parsed: boolean, depth: number): boolean {
  let keys = 0;
  for (const key in object) {
    const member = parsed ? object[key] : Object.getOwnPropertyDescriptor(object, key)?.value;
    if (key[0] === "$" || !isJson(member, parsed, depth)) return false;
    keys++;
  }
  return (
    parsed || (Object.getOwnPropertyNames(object).length === keys && Object.getOwnPropertySymbols(object).length === 0)
  );
}

/** JSON.stringify writes -0 as 0. */
export function isJsonPrimitive(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  return value === null || typeof value === "string" || typeof value === "boolean";
}

/** True for an object like a literal, of any realm: its prototype is null or an `Object.prototype`. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (value === undefined) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, "isPrototypeOf");
}

/** True for an array of any realm, but not of a subclass. `Array.prototype` is itself an array, a subclass's prototype is not. */
export function isPlainArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && Array.isArray(Object.getPrototypeOf(value));
}

/**
 * The first key that somebody added to an array, or to another object that has `length` enumerable keys by nature. A name that is
 * not enumerable is not found: the search would take three times as long.
 */
export function addedKeyOf(value: object, length: number): string | symbol | undefined {
  return Object.keys(value)[length] ?? Object.getOwnPropertySymbols(value)[0];
}
