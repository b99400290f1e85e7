import { base64urlToBytes, bytesToBase64url } from "./base64url.ts";
import { SessionError } from "./errors.ts";

/*
 * JSON with a tag for what JSON lacks: an object with the single key `$date`, `$map`, `$set`, `$bigint`, `$bytes` or
 * `$url`. A user's own object with a single key that starts with `$` gets one more `$`, so nothing is taken for a tag.
 */

/** Deeper data than this is refused rather than risking the stack of some runtime. */
const MAX_DEPTH = 1000;

/** Where in the data the writer is: the container, and under which key of which other container it was found. */
interface Place {
  readonly container: object;
  readonly key: string | number;
  readonly parent: Place | undefined;
  readonly depth: number;
}

/**
 * Text of a value; `key` is its name in error messages, empty for an object whose keys are the names.
 * Throws `ERR_NOT_SERIALIZABLE` with the path of what can't be kept.
 */
export function stringify(value: unknown, key = ""): string {
  return write(value, key, undefined);
}

/** The value of a text that `stringify` made. Throws on any other text. */
export function parse(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return text.includes('"$') ? revive(value) : value;
}

function write(value: unknown, key: string | number, parent: Place | undefined): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return String(value);
    case "number":
      return Number.isFinite(value) ? String(value) : refuse(`the number ${value}`, key, parent);
    case "bigint":
      return `{"$bigint":"${value}"}`;
    case "object":
      return value === null ? "null" : writeObject(value, enter(value, key, parent));
    case "undefined":
      return refuse("undefined in a list (use null)", key, parent);
    default:
      return refuse(`a ${typeof value}`, key, parent);
  }
}

function enter(container: object, key: string | number, parent: Place | undefined): Place {
  const depth = parent === undefined ? 1 : parent.depth + 1;
  if (depth > MAX_DEPTH) refuse(`nested deeper than ${MAX_DEPTH} levels`, key, parent);
  for (let above = parent; above !== undefined; above = above.parent) {
    if (above.container === container) refuse("a cycle (an object that contains itself)", key, parent);
  }
  return { container, key, parent, depth };
}

function writeObject(value: object, place: Place): string {
  if (Array.isArray(value)) return writeList(value, place);
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return writePlain(value, place);
  switch (Object.prototype.toString.call(value)) {
    case "[object Date]":
      return writeDate(value as Date, place);
    case "[object Map]":
      return `{"$map":${writeList([...(value as Map<unknown, unknown>)], place)}}`;
    case "[object Set]":
      return `{"$set":${writeList([...(value as Set<unknown>)], place)}}`;
    case "[object Uint8Array]":
      return `{"$bytes":"${bytesToBase64url(value as Uint8Array)}"}`;
    case "[object URL]":
      return `{"$url":${JSON.stringify((value as URL).href)}}`;
    default:
      return refuse(`an instance of ${value.constructor?.name || "a class"}`, place.key, place.parent);
  }
}

function writeList(list: readonly unknown[], place: Place): string {
  let text = "";
  // Not map: it leaves out the holes of a sparse array.
  for (let i = 0; i < list.length; i++) text += `${i === 0 ? "" : ","}${write(list[i], i, place)}`;
  return `[${text}]`;
}

function writePlain(value: object, place: Place): string {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const mark = members.length === 1 && members[0]?.[0].startsWith("$") ? "$" : "";
  let text = "";
  for (const [key, member] of members) {
    text += `${text === "" ? "" : ","}${JSON.stringify(mark + key)}:${write(member, key, place)}`;
  }
  return `{${text}}`;
}

function writeDate(value: Date, place: Place): string {
  const time = value.getTime();
  return Number.isNaN(time) ? refuse("an invalid Date", place.key, place.parent) : `{"$date":${time}}`;
}

function refuse(what: string, key: string | number, parent: Place | undefined): never {
  const path = pathOf(key, parent);
  const cure =
    "Keep plain objects, arrays, strings, finite numbers, booleans, null, Date, Map, Set, BigInt, Uint8Array or URL";
  throw new SessionError("ERR_NOT_SERIALIZABLE", `${path}: ${what} can't be kept in a session. ${cure}.`);
}

/** Like `cart.items[2].price`. */
function pathOf(key: string | number, parent: Place | undefined): string {
  if (parent === undefined) return String(key);
  const above = pathOf(parent.key, parent.parent);
  if (typeof key === "number") return `${above}[${key}]`;
  if (!/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key)) return `${above}[${JSON.stringify(key)}]`;
  return above === "" ? key : `${above}.${key}`;
}

/** In place, depth first. Only own keys are assigned, so `__proto__` stays data. */
function revive(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const object = value as Record<string, unknown>;
  const keys = Object.keys(object);
  const [first] = keys;
  if (keys.length === 1 && first?.startsWith("$")) return reviveTagged(first, object[first]);
  for (const key of keys) object[key] = revive(object[key]);
  return object;
}

function reviveTagged(tag: string, content: unknown): unknown {
  if (tag.startsWith("$$")) return { [tag.slice(1)]: revive(content) };
  switch (tag) {
    case "$date":
      return reviveDate(content);
    case "$map":
      return new Map(revive(content) as [unknown, unknown][]);
    case "$set":
      return new Set(revive(content) as unknown[]);
    case "$bigint":
      return BigInt(content as string);
    case "$bytes":
      return base64urlToBytes(content as string);
    case "$url":
      return new URL(content as string);
    default:
      throw new TypeError(`unknown tag ${tag}`);
  }
}

function reviveDate(content: unknown): Date {
  const date = new Date(content as number);
  if (Number.isNaN(date.getTime())) throw new TypeError("not a date");
  return date;
}
