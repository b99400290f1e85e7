import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cookieIn, setUp } from "./helpers.ts";

async function roundTrip(value: unknown): Promise<unknown> {
  const { cookieOf, dataOf } = setUp();
  return (await dataOf(await cookieOf((session) => session.set("value", value)))).value;
}

describe("values come back as what they were", () => {
  const values: [name: string, value: unknown][] = [
    ["text", 'äöü € 漢字 🍏 \0 \u2028 " \\ </script>'],
    ["a lone surrogate", "\ud800 and \udc00"],
    ["numbers", [0, -1, 1.5, 1e21, 5e-324, Number.MAX_SAFE_INTEGER]],
    ["booleans and null", [true, false, null]],
    ["nested objects", { a: { b: { c: [{ d: {} }, []] } } }],
    ["a date", new Date(1_795_305_600_123)],
    ["a date before the epoch", new Date(-1)],
    [
      "a map with any keys",
      new Map<unknown, unknown>([
        [1, "one"],
        [{ k: 1 }, new Map([["x", new Set([1])]])],
      ]),
    ],
    ["a set", new Set([1, "a", new Date(0)])],
    ["big integers", [0n, -1n, 2n ** 100n]],
    ["bytes", new Uint8Array([0, 1, 127, 128, 255])],
    ["no bytes", new Uint8Array()],
    ["a URL", new URL("https://user@example.com:8443/päth?q=1#f")],
    ["objects that look like our tags", [{ $Date: 5 }, { $Map: [] }, { $$Date: "x" }, { $: 1 }, { $BigInt: "no" }]],
    ["tag-like objects of several keys", { $Date: 1, $Set: 2 }],
    ["an object without a prototype", Object.assign(Object.create(null), { a: 1 })],
    ["keys of any kind", { "": 1, "a b": 2, "1": 3, ключ: 4 }],
  ];
  it.each(values)("%s", async (_name, value) => {
    expect(await roundTrip(value)).toEqual(value);
  });

  it("a property that is undefined is left out", async () => {
    expect(Object.keys((await roundTrip({ a: undefined, b: 1 })) as object)).toEqual(["b"]);
  });

  it("a property named __proto__ stays data", async () => {
    const value = JSON.parse('{"__proto__":{"$Date":0},"constructor":{"prototype":{"x":1}}}');
    Object.getOwnPropertyDescriptor(value, "__proto__")?.value;
    const back = (await roundTrip(value)) as object;
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(back, "__proto__")?.value).toEqual({ $Date: 0 });
    expect("x" in {}).toBe(false);
  });

  it("the same object at two places comes back as two", async () => {
    const shared = { a: 1 };
    expect(await roundTrip([shared, shared])).toEqual([{ a: 1 }, { a: 1 }]);
  });

  it("any supported value, property-based", async () => {
    const leaf = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
      fc.boolean(),
      fc.constant(null),
      fc.bigInt(),
      fc.date({ noInvalidDate: true }),
      fc.uint8Array({ maxLength: 20 }),
      fc.webUrl().map((url) => new URL(url)),
    );
    const key = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom("$Date", "$$Map", "__proto__", "$"));
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3, depthSize: "small" },
        leaf,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(key, tie("value"), { maxKeys: 3 }),
        fc.array(tie("value"), { maxLength: 3 }).map((members) => new Set(members)),
        fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 2 }).map((entries) => new Map(entries)),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(value, async (original) => {
        const { sessions, visit } = setUp();
        let response: Response;
        try {
          response = await visit(undefined, (session) => session.set("value", original));
        } catch (error) {
          // The only excuse is the size.
          expect(error).toMatchObject({ code: "ERR_TOKEN_TOO_LARGE" });
          return;
        }
        const cookie = cookieIn(response);
        const session = await sessions.load({ headers: new Headers({ cookie }) });
        expect(session.get("value")).toEqual(original);
        expect(session.status).toBe("unchanged");
      }),
      { numRuns: 200 },
    );
  });
});

describe("what can't be kept", () => {
  class Money {
    amount = 1;
  }
  const cycle: Record<string, unknown> = { a: {} };
  (cycle.a as Record<string, unknown>).back = cycle;
  let deep: unknown[] = [];
  for (let i = 0; i < 2000; i++) deep = [deep];

  const values: [path: string, value: unknown, reason: RegExp][] = [
    ["value", () => 1, /Function/],
    ["value", Symbol("s"), /Symbol/],
    ["value", Number.NaN, /NaN/],
    ["value.rate", { rate: Number.POSITIVE_INFINITY }, /Infinity/],
    ["value.items[2].price", { items: [0, 1, { price: Number.NaN }] }, /NaN/],
    ["value.total", { total: new Money() }, /Money/],
    ["value.at", { at: new Date(Number.NaN) }, /NaN/],
    ["value.a.back", cycle, /A cycle/],
    ["value[1]", [1, undefined], /undefined/],
    ["value[0]", Array(2), /undefined/],
    ["value.odd key.x", { "odd key": { x: /re/ } }, /RegExp/],
    ["value[0][1]", new Map([["k", new WeakMap()]]), /WeakMap/],
    ["value[0]", new Set([new Error("x")]), /Error/],
    ["value", Promise.resolve(), /Promise/],
    ["value", new Float64Array(1), /Float64Array/],
    ["value[0][0][0]", deep, /nested too deep/],
  ];
  it.each(values)("is refused with its path: %s", async (path, value, reason) => {
    const { visit } = setUp();
    const failing = visit(undefined, (session) => session.set("value", value));
    await expect(failing).rejects.toMatchObject({ name: "SessionError", code: "ERR_NOT_SERIALIZABLE" });
    await expect(failing).rejects.toThrow(reason);
    await expect(failing).rejects.toThrow(path);
  });

  it("is refused when it comes in through a change in place", async () => {
    const { visit, cookieOf } = setUp();
    const cookie = await cookieOf((session) => session.set("cart", { items: [{ price: 1 }] }));
    const failing = visit(cookie, (session) => {
      const cart = session.get("cart") as { items: { price: unknown }[] };
      Object.assign(cart.items[0] as object, { price: () => 2 });
    });
    await expect(failing).rejects.toThrow("cart.items[0].price: Function");
  });

  it("may be mended, and the session committed after all", async () => {
    const { sessions } = setUp();
    const session = await sessions.load(new Request("http://localhost/"));
    session.set("bad", () => 1).set("good", 1);
    await expect(sessions.commit(session, new Response("ok"))).rejects.toThrow("bad: Function");
    session.delete("bad");
    expect((await sessions.commit(session, new Response("ok"))).headers.getSetCookie()).toHaveLength(1);
  });
});
