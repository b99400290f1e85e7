import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cookieIn, setUp } from "./helpers.ts";
import { sameStructure } from "./same-structure.ts";

/** The value as the next request gets it. Rejects if the session refuses it. */
async function kept(value: unknown): Promise<unknown> {
  const { visit, dataOf } = setUp();
  return (await dataOf(cookieIn(await visit(undefined, (session) => session.set("value", value))))).value;
}

class Cart extends Array {}
class Bag extends Map<unknown, unknown> {}
class Tags extends Set<unknown> {}
class Moment extends Date {}
class Bytes extends Uint8Array {}
class Link extends URL {}
class User {}
const mark = Symbol("mark");
/** A Buffer outside of Node, too. */
const Buffer = class Buffer extends Uint8Array {};

const addedTo: [name: string, make: () => object][] = [
  ["Array", () => []],
  ["Array", () => [1, 2]],
  ["Map", () => new Map([[1, 2]])],
  ["Set", () => new Set([1])],
  ["Date", () => new Date(0)],
  ["URL", () => new URL("https://example.com/")],
  ["Uint8Array", () => new Uint8Array([1, 2])],
];

describe("only what comes back as it went in is kept, so this is refused with its path:", () => {
  const refused: [path: string, what: string, value: unknown][] = [
    ...addedTo.map(([name, make]): [string, string, unknown] => [
      "value[0].extra",
      `A property that was added to ${name}`,
      [Object.assign(make(), { extra: 1 })],
    ]),
    ...addedTo
      .filter(([name]) => name !== "URL")
      .map(([name, make]): [string, string, unknown] => [
        "value.a.Symbol(mark)",
        `A property that was added to ${name}`,
        { a: Object.assign(make(), { [mark]: 1 }) },
      ]),
    ["value.length", "A property that was added to Map", Object.assign(new Map(), { length: 1 })],
    ["value.Symbol(mark)", "A property that is a symbol, a getter or not enumerable", { a: 1, [mark]: 2 }],
    [
      "value.a.b",
      "A property that is a symbol",
      { a: Object.defineProperty({}, "b", { get: () => 1, enumerable: true }) },
    ],
    ["value.b", "A property that is a symbol", Object.defineProperty({ a: 1 }, "b", { value: 1 })],
    [
      "value.b",
      "A property that is a symbol",
      {
        a: new Date(0),
        get b() {
          return 1;
        },
      },
    ],
    ["value[1]", "undefined", Object.assign([], { 0: 1, 2: 3 })],
    ["value[0]", "undefined", Object.assign(Array(1), { extra: 1 })],
    ["value", "Cart", Cart.of(1)],
    ["value", "Bag", new Bag()],
    ["value", "Tags", new Tags()],
    ["value", "Moment", new Moment(0)],
    ["value", "Bytes", new Bytes(1)],
    ["value", "Link", new Link("https://example.com/")],
    ["value", "User", new User()],
    ["value", "object", new (class {})()],
    ["value.a", "object", { a: Object.create(Object.create(Object.create(null))) }],
    ["value", "Object", Object.create({ inherited: 1 })],
    ["value", "object", Object.create(Object.create(null, { inherited: { value: 1, enumerable: true } }))],
    ["value", "Number", Object(1)],
    ["value", "String", Object("a")],
    ["value", "Boolean", Object(true)],
    ["value", "BigInt", Object(1n)],
    ["value", "Symbol", Object(mark)],
    ["value.Symbol(Symbol.toStringTag)", "A property that is a symbol", { [Symbol.toStringTag]: "Map" }],
    ["value", "User", Object.defineProperty(new User(), Symbol.toStringTag, { value: "Date" })],
  ];
  it.each(refused)("%s: %s", async (path, what, value) => {
    const failing = kept(value);
    await expect(failing).rejects.toMatchObject({ code: "ERR_NOT_SERIALIZABLE" });
    await expect(failing).rejects.toThrow(`${path}: ${what}`);
    await expect(failing).rejects.toThrow(" can't be kept in a session. ");
  });

  it("a promise, with the question whether await was forgotten", async () => {
    await expect(kept({ user: Promise.resolve(1) })).rejects.toThrow(
      "value.user: Promise can't be kept in a session. Did you forget await?",
    );
  });

  it("a Node Buffer, with what to keep instead", async () => {
    const cure = "value.salt: Buffer can't be kept in a session. Keep Uint8Array.from(buffer), or a text.";
    await expect(kept({ salt: new Buffer(1) })).rejects.toThrow(cure);
    expect(await kept(Uint8Array.from(new Buffer([1, 2])))).toEqual(new Uint8Array([1, 2]));
  });

  it("a property that a handler adds to an array which it got", async () => {
    const { visit, cookieOf } = setUp();
    const cookie = await cookieOf((session) => session.set("errors", []));
    const failing = visit(cookie, (session) => Object.assign(session.get("errors") as [], { name: "is taken" }));
    await expect(failing).rejects.toThrow("errors.name: A property that was added to Array");
  });
});

it("-0 comes back as -0", async () => {
  expect(await kept(-0)).toBe(-0);
  expect(await kept({ a: [-0, 0, new Set([1, -1])] })).toEqual({ a: [-0, 0, new Set([1, -1])] });
});

it("an object without a prototype comes back as a plain one, and a property that is undefined is left out", async () => {
  const value = Object.assign(Object.create(null), { a: 1, b: undefined });
  expect(sameStructure(await kept(value), { a: 1 })).toBe(true);
});

it("whatever is accepted comes back the same, property by property", async () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.double(),
    fc.constantFrom(-0, null, true, undefined, mark, Number.NaN),
    fc.bigInt(),
    fc.constantFrom(Object(1), Object("a"), Object(2n), new User(), /re/, () => 1),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array({ maxLength: 3 }),
    fc.webUrl().map((url) => new URL(url)),
  );
  const { value } = fc.letrec<{ value: unknown; object: object }>((tie) => {
    const list = fc.array(tie("value"), { maxLength: 3 });
    const entries = fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 2 });
    const record = fc.dictionary(fc.constantFrom("a", "$Map", "$", "__proto__", "length"), tie("value"), {
      maxKeys: 3,
    });
    const classes = fc.constantFrom<(members: unknown[]) => object>(
      (members) => members,
      (members) => new Set(members),
      (members) => new Tags(members),
      (members) => Cart.from(members),
      (members) => Object.assign(Array(members.length + 1), members),
    );
    const object = fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      fc.tuple(classes, list).map(([make, members]) => make(members)),
      entries.map((members) => new Map(members)),
      entries.map((members) => new Bag(members)),
      record,
    );
    const added = fc
      .tuple(object, fc.constantFrom("extra", mark), tie("value"))
      .map(([target, key, content]) => Object.assign(target, { [key]: content }));
    const defined = fc
      .tuple(record, fc.constantFrom("extra", "$", mark), tie("value"), fc.boolean(), fc.boolean())
      .map(([target, key, content, enumerable, getter]) => {
        const property = getter ? { get: () => content } : { value: content };
        return Object.defineProperty(target, key, { ...property, enumerable, configurable: true });
      });
    const weights = { maxDepth: 3, depthSize: "small" } as const;
    const anything = fc.oneof(weights, leaf, { arbitrary: object, weight: 3 }, added, defined);
    return { value: anything, object };
  });
  const counts = { kept: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(value, async (original) => {
      let back: unknown;
      try {
        back = await kept({ original });
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_(NOT_SERIALIZABLE|TOKEN_TOO_LARGE)$/) });
        counts.refused++;
        return;
      }
      counts.kept++;
      const wanted = original === undefined ? {} : { original: withoutUndefined(original) };
      expect(sameStructure(back, wanted)).toBe(true);
    }),
    { numRuns: 1000 },
  );
  expect(counts.kept).toBeGreaterThan(100);
  expect(counts.refused).toBeGreaterThan(100);
});

/** The value as it is kept: without properties that are undefined, and with the usual prototype. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (value instanceof Map)
    return new Map([...value].map(([key, member]) => [withoutUndefined(key), withoutUndefined(member)]));
  if (value instanceof Set) return new Set([...value].map(withoutUndefined));
  if (typeof value !== "object" || value === null) return value;
  if (![null, Object.prototype].includes(Object.getPrototypeOf(value))) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, withoutUndefined(member)]));
}
