import { SessionError } from "../errors.ts";
import { base64urlToBytes, bytesToBase64url } from "./base64url.ts";
import { addedKeyOf, isJson, isJsonPrimitive, isPlain, isPlainArray, MAX_DEPTH } from "./plain-json.ts";

/** How to write one kind of value that JSON does not have, and how to read it. */
type Kind = readonly [write: (value: never) => unknown, read: (content: never) => unknown];

/**
 * The kinds by the name of their class, which works across realms.
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

/**
 * Session data as JSON. Throws `ERR_NOT_SERIALIZABLE` with the path of a value that can't be kept: `cart.items[2].price`.
 * It is faster if the value is known to come from `parse`.
 */
export function stringify(value: unknown, path = "", parsed = false): string {
  // JSON.stringify is several times faster, and nearly always enough.
  return isJson(value, parsed) ? JSON.stringify(value) : write(value, path, 0);
}

function write(value: unknown, path: string, depth: number): string {
  if (isJsonPrimitive(value)) return JSON.stringify(value);
  if (Object.is(value, -0)) return "-0";
  if (depth > MAX_DEPTH) refuse(path, "A cycle, or data nested too deep,");
  const name = kindNameOf(value);
  const [plain] = kinds.get(name) ?? [];
  if (plain) {
    refuseAddedKey(Object(value), name === "Uint8Array" ? (value as Uint8Array).length : 0, name, path);
    return `{"$${name}":${write(plain(value as never), path, depth)}}`;
  }
  if (isPlainArray(value)) return writeArray(value, path, depth);
  if (isPlain(value)) return writeObject(value, path, depth);
  return refuse(path, typeof value === "number" ? value : value?.constructor?.name || typeof value);
}

function writeArray(array: readonly unknown[], path: string, depth: number): string {
  // Array.from, because `map` skips the holes of a sparse array.
  const members = Array.from(array, (member, index) => write(member, `${path}[${index}]`, depth + 1));
  refuseAddedKey(array, array.length, "Array", path);
  return `[${members}]`;
}

function writeObject(object: object, path: string, depth: number): string {
  const members = membersOf(object, path).filter(([, member]) => member !== undefined);
  const mark = members.length === 1 && members[0]?.[0][0] === "$" ? "$" : "";
  const texts = members.map(
    ([key, member]) => `${JSON.stringify(mark + key)}:${write(member, pathTo(path, key), depth + 1)}`,
  );
  return `{${texts}}`;
}

function membersOf(object: object, path: string): [key: string, value: unknown][] {
  return Reflect.ownKeys(object).map((key) => {
    const { enumerable, value, get } = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
    if (typeof key === "string" && enumerable && !get) return [key, value];
    return refuse(pathTo(path, key), "A property that is a symbol, a getter or not enumerable");
  });
}

/**
 * The name of a value's class, if the class itself made it: a value of a subclass like Buffer would come back without its
 * methods, and a boxed BigInt as a primitive.
 */
function kindNameOf(value: unknown): string {
  const name = Object.prototype.toString.call(value).slice(8, -1);
  const isBoxed = name === "BigInt" && typeof value === "object";
  return Object(value).constructor?.name === name && !isBoxed ? name : "";
}

function refuseAddedKey(value: object, length: number, name: string, path: string): void {
  const key = addedKeyOf(value, length);
  // In Deno every URL has a symbol.
  if (key === undefined || (name === "URL" && typeof key === "symbol")) return;
  refuse(pathTo(path, key), `A property that was added to ${name}`);
}

function pathTo(path: string, key: string | symbol): string {
  return path ? `${path}.${String(key)}` : String(key);
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

const cures = new Map<unknown, string>([
  ["Promise", "Did you forget await?"],
  ["Buffer", "Keep Uint8Array.from(buffer), or a text."],
]);

/** The message shows only the beginning of the path: a cycle makes it very long. */
function refuse(path: string, what: unknown): never {
  const cure = cures.get(what) ?? "Make it plain data first, or leave it out.";
  throw new SessionError("ERR_NOT_SERIALIZABLE", `${path.slice(0, 99)}: ${what} can't be kept in a session. ${cure}`);
}

/** A deep copy of the value. */
export function copyOf(value: unknown, path: string): unknown {
  return typeof value === "object" && value !== null ? parse(stringify(value, path)) : value;
}
