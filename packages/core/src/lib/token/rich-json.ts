import { SessionError } from "../errors.ts";
import { base64urlToBytes, bytesToBase64url } from "./base64url.ts";

/** How to write one kind of value that JSON does not have, and how to read it. */
type Kind = readonly [write: (value: never) => unknown, read: (content: never) => unknown];

/**
 * The kinds by the name that `Object.prototype.toString` gives. It works across realms and for subclasses like Buffer.
 *
 * Such a value becomes an object whose only key is `$` and the name. A user's own object with a single key that
 * starts with `$` gets one more `$`, so that `parse` does not confuse the two.
 */
const kinds = new Map<string, Kind>([
  // toISOString throws on an invalid date, so `parse` rejects one.
  ["Date", [Number, (time: number) => new Date(new Date(time).toISOString())]],
  ["Map", [Array.from, (entries: []) => new Map(entries)]],
  ["Set", [Array.from, (members: []) => new Set(members)]],
  ["BigInt", [String, BigInt]],
  ["Uint8Array", [bytesToBase64url, base64urlToBytes]],
  ["URL", [String, (href: string) => new URL(href)]],
]);

/** Data nested deeper than this is refused: some runtime's stack could overflow. */
const MAX_DEPTH = 1000;

/** Session data as JSON. Throws `ERR_NOT_SERIALIZABLE` with the path of a value that can't be kept: `cart.items[2].price`. */
export function stringify(value: unknown, path = ""): string {
  // JSON.stringify is several times faster, and nearly always enough.
  return isJson(value) ? JSON.stringify(value) : write(value, path, 0);
}

/** True if JSON keeps the value as it is. False in case of doubt. */
function isJson(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return isJsonPrimitive(value);
  if (depth > MAX_DEPTH) return false;
  return Array.isArray(value) ? isJsonArray(value, depth) : isPlain(value) && isJsonObject(value, depth);
}

/** A loop, because `every` skips the holes of a sparse array. */
function isJsonArray(array: readonly unknown[], depth: number): boolean {
  for (const member of array) if (!isJson(member, depth + 1)) return false;
  return true;
}

/** `for in` makes no list of keys first. It may also check inherited keys, which does no harm. */
function isJsonObject(object: Readonly<Record<string, unknown>>, depth: number): boolean {
  for (const key in object) if (key[0] === "$" || !isJson(object[key], depth + 1)) return false;
  return true;
}

function isJsonPrimitive(value: unknown): boolean {
  return value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

function write(value: unknown, path: string, depth: number): string {
  if (isJsonPrimitive(value)) return JSON.stringify(value);
  const name = Object.prototype.toString.call(value).slice(8, -1);
  const [plain] = kinds.get(name) ?? [];
  if (depth > MAX_DEPTH) refuse(path, "A cycle, or data nested too deep,");
  if (plain) return `{"$${name}":${write(plain(value as never), path, depth)}}`;
  if (Array.isArray(value)) {
    // Array.from, because `map` skips the holes of a sparse array.
    return `[${Array.from(value, (member, index) => write(member, `${path}[${index}]`, depth + 1))}]`;
  }
  if (!isPlain(value)) refuse(path, typeof value === "number" ? value : value?.constructor?.name);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const mark = members.length === 1 && members[0]?.[0][0] === "$" ? "$" : "";
  const texts = members.map(
    ([key, member]) => `${JSON.stringify(mark + key)}:${write(member, path ? `${path}.${key}` : key, depth + 1)}`,
  );
  return `{${texts}}`;
}

/** Reads a text that `stringify` wrote. Throws if the text is not JSON, or has a value of an unknown kind. */
export function parse(text: string): unknown {
  // Every key that needs `revive` begins with `"$`. `$` is rare in JSON, so the search for it alone usually suffices.
  return JSON.parse(text, text.includes("$") && text.includes('"$') ? revive : undefined);
}

function revive(_key: string, value: unknown): unknown {
  if (Object(value) !== value) return value;
  const [[key = "", content] = [], more] = Object.entries(value as object);
  if (more || key[0] !== "$") return value;
  const name = key.slice(1);
  return name[0] === "$" ? { [name]: content } : (kinds.get(name) as Kind)[1](content as never);
}

/** True for an object like a literal, of any realm: its prototype is null, or has no prototype itself. */
function isPlain(value: unknown): value is Record<string, unknown> {
  return value !== undefined && !Object.getPrototypeOf(Object.getPrototypeOf(value) ?? Object.prototype);
}

/** The message shows only the beginning of the path: a cycle makes it very long. */
function refuse(path: string, what: unknown): never {
  throw new SessionError("ERR_NOT_SERIALIZABLE", `${path.slice(0, 99)}: ${what} can't be kept in a session.`);
}

/** A deep copy of the value. */
export function copyOf(value: unknown, path: string): unknown {
  return typeof value === "object" && value !== null ? parse(stringify(value, path)) : value;
}
