import { base64urlToBytes, bytesToBase64url } from "./base64url.ts";
import { SessionError } from "./errors.ts";

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
  ["Map", [(map: Iterable<unknown>) => [...map], (entries: []) => new Map(entries)]],
  ["Set", [(set: Iterable<unknown>) => [...set], (members: []) => new Set(members)]],
  ["BigInt", [String, BigInt]],
  ["Uint8Array", [bytesToBase64url, base64urlToBytes]],
  ["URL", [String, (href: string) => new URL(href)]],
]);

/** Deeper data than this is refused rather than risking the stack of some runtime. */
const MAX_DEPTH = 1000;

type Path = readonly (string | number)[];

/** JSON of session data. Throws `ERR_NOT_SERIALIZABLE` with the path of what can't be kept, which begins with `path`. */
export function stringify(value: unknown, path: Path = []): string {
  if (value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) {
    return JSON.stringify(value);
  }
  if (path.length > MAX_DEPTH) refuse("A cycle, or data nested too deep,", path);
  const name = Object.prototype.toString.call(value).slice(8, -1);
  const kind = kinds.get(name);
  if (kind) return `{"$${name}":${stringify(kind[0](value as never), path)}}`;
  // Not map: it would leave out the holes of a sparse array.
  if (Array.isArray(value)) return `[${Array.from(value, (member, index) => stringify(member, [...path, index]))}]`;
  return isPlain(value)
    ? stringifyMembers(value, path)
    : refuse(typeof value === "number" ? `${value}` : `${value?.constructor?.name}`, path);
}

function stringifyMembers(value: object, path: Path): string {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const mark = members.length === 1 && members[0]?.[0][0] === "$" ? "$" : "";
  return `{${members.map(([key, member]) => `${JSON.stringify(mark + key)}:${stringify(member, [...path, key])}`)}}`;
}

/** What `stringify` was given. Throws on what it does not make. */
export function parse(text: string): unknown {
  // A tag can't be where this text is not.
  return JSON.parse(text, text.includes('"$') ? revive : undefined);
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const [[key = "", content] = [], more] = Object.entries(value);
  if (more || key[0] !== "$") return value;
  const name = key.slice(1);
  return name[0] === "$" ? { [name]: content } : (kinds.get(name) as Kind)[1](content as never);
}

/** An object literal or the like, of whichever realm: its prototype is null or has none itself. */
function isPlain(value: unknown): value is object {
  return value !== undefined && !Object.getPrototypeOf(Object.getPrototypeOf(value) ?? Object.prototype);
}

/** Names the place like `cart.items[2].price`. */
function refuse(what: string, path: Path): never {
  const where = path.slice(0, 9).map((step) => (typeof step === "string" ? `.${step}` : `[${step}]`));
  throw new SessionError("ERR_NOT_SERIALIZABLE", `${where.join("").slice(1)}: ${what} can't be kept in a session.`);
}
