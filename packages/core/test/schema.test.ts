import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import { createSessions, type DataSchema, memoryStore, type Session, type SessionOptions } from "../src/index.ts";
import { cookieIn, SECRET, setUp } from "./helpers.ts";

const shop = z.object({ visits: z.number().optional(), cart: z.array(z.string()).optional() });

/** Sessions as a site had them before, and the same cookies under its new configuration. */
async function redeploy(
  before: Partial<SessionOptions>,
  after: Partial<SessionOptions>,
  data: Record<string, unknown>,
) {
  const old = setUp(before);
  const cookie = await old.cookieOf((session) => {
    session.login("ada");
    for (const [key, value] of Object.entries(data)) session.set(key, value);
  });
  return { ...setUp({ ...before, ...after }), cookie };
}

describe("the type of the data", () => {
  const request = { headers: new Headers() };

  it("is told by a schema of zod", async () => {
    const schema = z.object({ visits: z.number().optional(), since: z.date().optional() });
    const session = await createSessions({ secrets: SECRET, schema }).load(request);
    expectTypeOf(session.get("visits")).toEqualTypeOf<number | undefined>();
    expectTypeOf(session.get("since")).toEqualTypeOf<Date | undefined>();
    // @ts-expect-error no such key
    session.get("visitz");
    // @ts-expect-error a number, not text
    session.set("visits", "1");
  });

  it("is told by a schema of valibot", async () => {
    const schema = v.object({ visits: v.optional(v.number()) });
    const session = await createSessions({ secrets: SECRET, schema }).load(request);
    expectTypeOf(session.get("visits")).toEqualTypeOf<number | undefined>();
  });

  it("is told by a schema of arktype", async () => {
    const schema = type({ "visits?": "number" });
    const session = await createSessions({ secrets: SECRET, schema }).load(request);
    expectTypeOf(session.get("visits")).toEqualTypeOf<number | undefined>();
  });

  it("is what migrate has to give", () => {
    createSessions({ secrets: SECRET, schema: shop, migrate: () => ({ visits: 1 }) });
    // @ts-expect-error visits is a number
    createSessions({ secrets: SECRET, schema: shop, migrate: () => ({ visits: "1" }) });
  });
});

describe.each([
  ["in the token", () => ({})],
  ["in a store", () => ({ store: memoryStore({ now: () => setUp().clock.seconds * 1000 }) })],
] as const)("data that is loaded %s", (_, place) => {
  it.each<[string, DataSchema<Record<string, unknown>>]>([
    ["zod", shop],
    ["valibot", v.object({ visits: v.optional(v.number()) })],
    ["arktype", type({ "visits?": "number" })],
    ["a validator that takes its time", lateSchema],
  ])("passes where it fits: %s", async (_name, schema) => {
    const { dataOf, cookie, events } = await redeploy(place(), { schema }, { visits: 1 });
    expect(await dataOf(cookie)).toEqual({ visits: 1 });
    expect(events).toEqual([]);
  });

  it("is what the schema makes of it", async () => {
    const schema = z.object({ visits: z.number(), theme: z.string().default("dark") });
    const { dataOf, cookie } = await redeploy(place(), { schema }, { visits: 1, leftover: true });
    expect(await dataOf(cookie)).toEqual({ visits: 1, theme: "dark" });
  });

  it("that does not fit is an empty session and an event, and its cookie is left alone", async () => {
    const { visit, cookie, events } = await redeploy(place(), { schema: shop }, { visits: "many", cart: [1] });
    const response = await visit(cookie, (session) => {
      expect([session.isNew, session.size, session.owner]).toEqual([true, 0, undefined]);
    });
    expect(events).toEqual([{ type: "data-rejected", keys: ["visits", "cart"], cause: undefined }]);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it("is there again once the schema is right", async () => {
    const shared = place();
    const { dataOf, cookie } = await redeploy(shared, { schema: shop }, { visits: "many" });
    expect(await dataOf(cookie)).toEqual({});
    expect(await setUp({ ...shared, schema: z.object({ visits: z.string() }) }).dataOf(cookie)).toEqual({
      visits: "many",
    });
  });

  it("is handed to migrate, and saved in its new form when it is next used", async () => {
    const shared = place();
    const migrate = ({ count, ...others }: Record<string, unknown>) => ({ visits: Number(count), ...others });
    const schema = z.strictObject({ visits: z.number(), cart: z.array(z.string()) });
    const old = { count: "3", cart: ["a"] };
    const { visit, cookie, events } = await redeploy(shared, { schema, migrate }, old);
    const response = await visit(cookie, (session) => {
      expect([session.owner, session.isNew, Object.fromEntries(session)]).toEqual([
        "ada",
        false,
        { visits: 3, cart: ["a"] },
      ]);
    });
    expect(events).toEqual([]);
    const [line] = response.headers.getSetCookie();
    const next = line ? cookieIn(response) : cookie;
    expect(await setUp(shared).dataOf(next)).toEqual({ visits: 3, cart: ["a"] });
  });

  it("is not saved where nobody looked at the session", async () => {
    const { visit, cookie } = await redeploy(
      place(),
      { schema: shop, migrate: () => ({ visits: 1 }) },
      { visits: "x" },
    );
    expect((await visit(cookie, () => {})).headers.getSetCookie()).toEqual([]);
  });

  it.each<[string, SessionOptions["migrate"], unknown]>([
    ["throws", () => expect.unreachable("on purpose"), expect.any(Error)],
    ["gives what does not fit either", () => ({ visits: "still many" }), undefined],
  ])("is an empty session where migrate %s", async (_name, migrate, cause) => {
    const { visit, cookie, events } = await redeploy(place(), { schema: shop, migrate } as object, { visits: "many" });
    const response = await visit(cookie, (session) => expect([session.isNew, session.size]).toEqual([true, 0]));
    expect([response.status, response.headers.getSetCookie()]).toEqual([200, []]);
    expect(events).toEqual([{ type: "data-rejected", keys: ["visits"], cause }]);
  });

  it("that is empty fits every schema", async () => {
    const { visit, cookie, events } = await redeploy(place(), { schema: z.object({ visits: z.number() }) }, {});
    await visit(cookie, (session) => expect([session.owner, session.size]).toEqual(["ada", 0]));
    expect(events).toEqual([]);
  });

  it("makes way for a new session where something is written", async () => {
    const { visit, cookie, dataOf } = await redeploy(place(), { schema: shop }, { visits: "many" });
    const response = await visit(cookie, (session) => session.set("visits", 1));
    expect(await dataOf(cookieIn(response))).toEqual({ visits: 1 });
  });
});

describe("data that is written", () => {
  const schema = z.object({ user: z.string(), cart: z.array(z.string()) });
  const failure = { code: "ERR_INVALID_DATA", message: expect.stringMatching(/cart: .*Make keys optional/) };

  it("is refused where it would not be taken back", async () => {
    const { visit } = setUp({ schema });
    await expect(visit(undefined, (session) => session.set("user", "ada"))).rejects.toMatchObject(failure);
  });

  it("is refused where update has written it already, so that somebody notices", async () => {
    const store = memoryStore({ now: () => setUp().clock.seconds * 1000 });
    const { visit, cookieOf } = setUp({ schema, store });
    const cookie = await cookieOf((session) => session.set("user", "ada").set("cart", []));
    const wrong = visit(cookie, (session) => session.update("cart", () => "none"));
    await expect(wrong).rejects.toMatchObject(failure);
  });

  it("may be nothing at all", async () => {
    const { visit, cookieOf } = setUp({ schema });
    const cookie = await cookieOf((session) => session.set("user", "ada").set("cart", []));
    expect((await visit(cookie, (session) => session.clear())).status).toBe(200);
  });

  it("is checked as it is, Date and Map included", async () => {
    const rich = z.object({ since: z.date(), seen: z.map(z.string(), z.number()) });
    const { cookieOf, dataOf } = setUp({ schema: rich });
    const data = { since: new Date(0), seen: new Map([["a", 1]]) };
    const cookie = await cookieOf((session: Session) => session.set("since", data.since).set("seen", data.seen));
    expect(await dataOf(cookie)).toEqual(data);
  });
});

const lateSchema: DataSchema<{ visits?: number }> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: async (value) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return { value: value as { visits?: number } };
    },
  },
};
