import { SessionError } from "../errors.ts";
import { base64urlToBytes, bytesToBase64url } from "./base64url.ts";

/** How a kind of value that JSON lacks is written, and how it is made again of that. */
type Kind = readonly [write: (value: never) => unknown, read: (content: never) => unknown];

/**
 * By the name that `Object.prototype.toString` gives, which works across realms and for subclasses like Buffer.
 *
 * Such a value becomes an object with `$` and the name as its only key. A user's own object with a single key that
 * starts with `$` gets one more `$`, so nothing is taken for what it is not.
 */
const kinds = new Map<string, Kind>([
  // toISOString throws on an invalid date.
  ["Date", [Number, (time: number) => new Date(new Date(time).toISOString())]],
  ["Map", [Array.from, (entries: []) => new Map(entries)]],
  ["Set", [Array.from, (members: []) => new Set(members)]],
  ["BigInt", [String, BigInt]],
  ["Uint8Array", [bytesToBase64url, base64urlToBytes]],
  ["URL", [String, (href: string) => new URL(href)]],
]);

/** Deeper data than this is refused rather than risking the stack of some runtime. */
const MAX_DEPTH = 1000;

/** JSON of session data. Throws `ERR_NOT_SERIALIZABLE` with the path of what can't be kept, like `cart.items[2].price`. */
export function stringify(value: unknown, path = ""): string {
  // The engine's own is several times faster, and nearly always enough.
  return isJson(value) ? JSON.stringify(value) : write(value, path, 0);
}

/** Whether JSON keeps the value as it is; where in doubt, no. */
function isJson(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return isJsonPrimitive(value);
  if (depth > MAX_DEPTH) return false;
  return Array.isArray(value) ? isJsonArray(value, depth) : isPlain(value) && isJsonObject(value, depth);
}

/** Not `every`: it would pass over the holes of a sparse array. */
function isJsonArray(array: readonly unknown[], depth: number): boolean {
  for (const member of array) if (!isJson(member, depth + 1)) return false;
  return true;
}

/** `for in` makes no list first. An inherited key that it may come by is merely looked at. */
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
    // Not map: it would leave out the holes of a sparse array.
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

/** What `stringify` was given. Throws on what it does not make. */
export function parse(text: string): unknown {
  // A tag can't be where this text is not. A quote is everywhere in JSON: looking for the rarer character first is quicker.
  return JSON.parse(text, text.includes("$") && text.includes('"$') ? revive : undefined);
}

function revive(_key: string, value: unknown): unknown {
  if (Object(value) !== value) return value;
  const [[key = "", content] = [], more] = Object.entries(value as object);
  if (more || key[0] !== "$") return value;
  const name = key.slice(1);
  return name[0] === "$" ? { [name]: content } : (kinds.get(name) as Kind)[1](content as never);
}

/** An object literal or the like, of whichever realm: its prototype is null or has none itself. */
function isPlain(value: unknown): value is Record<string, unknown> {
  return value !== undefined && !Object.getPrototypeOf(Object.getPrototypeOf(value) ?? Object.prototype);
}

/** Of a long path, as a cycle makes, only the beginning is told. */
function refuse(path: string, what: unknown): never {
  throw new SessionError("ERR_NOT_SERIALIZABLE", `${path.slice(0, 99)}: ${what} can't be kept in a session.`);
}

/** The same value, of which nothing is shared. */
export function copyOf(value: unknown, path: string): unknown {
  return typeof value === "object" && value !== null ? parse(stringify(value, path)) : value;
}
