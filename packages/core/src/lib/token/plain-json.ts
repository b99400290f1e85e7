/** Data nested deeper than this is refused: some runtime's stack could overflow. */
export const MAX_DEPTH = 1000;

/** True if JSON.stringify keeps the value exactly as it is. False in case of doubt. */
export function isJson(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return isJsonPrimitive(value);
  if (depth > MAX_DEPTH) return false;
  return Array.isArray(value) ? isJsonArray(value, depth) : isPlain(value) && isJsonObject(value, depth);
}

/** A loop, because `every` skips the holes of a sparse array. */
function isJsonArray(array: readonly unknown[], depth: number): boolean {
  for (const member of array) if (!isJson(member, depth + 1)) return false;
  return isPlainArray(array) && addedKeyOf(array, array.length) === undefined;
}

/** `for in` makes no list of keys first. The descriptor of a getter has no value, nor has an inherited key. */
function isJsonObject(object: object, depth: number): boolean {
  let keys = 0;
  for (const key in object) {
    if (key[0] === "$" || !isJson(Object.getOwnPropertyDescriptor(object, key)?.value, depth + 1)) return false;
    keys++;
  }
  return Object.getOwnPropertyNames(object).length === keys && Object.getOwnPropertySymbols(object).length === 0;
}

/** JSON.stringify writes -0 as 0. */
export function isJsonPrimitive(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  return value === null || typeof value === "string" || typeof value === "boolean";
}

/** True for an object like a literal, of any realm: its prototype is null or an `Object.prototype`. */
export function isPlain(value: unknown): value is object {
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
