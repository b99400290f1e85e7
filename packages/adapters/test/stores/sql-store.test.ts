import type { StoreOperations } from "@websession/core";
import { describe, expect, it } from "vitest";
import { sqlStatements } from "../../src/lib/stores/sql-statements.ts";
import { returned, type SqlValue, sqlOperations } from "../../src/lib/stores/sql-store.ts";
import { d1Store } from "../../src/stores/d1.ts";
import { mysqlStore } from "../../src/stores/mysql.ts";
import { postgresStore } from "../../src/stores/postgres.ts";
import { sqliteStore } from "../../src/stores/sqlite.ts";

const record = { version: 2, data: "{}", createdAt: 1, usedAt: 2, expiresAt: 3 };
const row = { id: "id", version: "2", data: "{}", owner: null, created: 1n, used: 2, expires: "3" };

/** Operations on a database that answers with these rows, one answer per statement; and the statements it was given. */
function answering(...answers: unknown[][]) {
  const asked: { sql: string; values: SqlValue[] }[] = [];
  const query = (sql: string, values: SqlValue[]) => {
    asked.push({ sql, values });
    return returned(answers.shift() ?? []);
  };
  return { asked, operations: sqlOperations(sqlStatements("sessions"), query, () => 5999) };
}

type Call = (operations: StoreOperations) => Promise<unknown>;

describe("the number of statements", () => {
  it.each([
    ["read", (store) => store.read("id")],
    ["create", (store) => store.create("id", record)],
    ["update that wins", (store) => store.update("id", record, 1)],
    ["touch that wins", (store) => store.touch("id", 1, 2, 1)],
    ["delete", (store) => store.delete("id")],
    ["list", (store) => store.list?.("ada")],
    ["sweep", (store) => store.sweep?.()],
  ] as [string, Call][])("is one for a %s", async (_, call) => {
    const { asked, operations } = answering([row]);
    await call(operations);
    expect(asked).toHaveLength(1);
  });

  it.each([
    ["update", (store) => store.update("id", record, 1)],
    ["touch", (store) => store.touch("id", 1, 2, 1)],
  ] as [string, Call][])("is two for a %s that loses, to tell why", async (_, call) => {
    const changed = answering([], [row]);
    expect(await call(changed.operations)).toBe("changed");
    const missing = answering([], []);
    expect(await call(missing.operations)).toBe("missing");
    expect([changed.asked.length, missing.asked.length]).toEqual([2, 2]);
  });
});

it("reads 64-bit integers in whatever form the client gives them", async () => {
  const { operations } = answering([row]);
  expect(await operations.read("id")).toEqual({ ...record, owner: undefined });
});

it.each([
  ["a Date", new Date(1)],
  ["no number", "soon"],
  ["null", null],
  ["half of one", 1.5],
  ["nothing", ""],
])("gives back what is no record where the client gives %s instead of an integer", async (_, wrong) => {
  const { operations } = answering([{ ...row, expires: wrong }]);
  expect((await operations.read("id"))?.expiresAt).toBeNaN();
});

it.each([[{ a: 1 }], [null], [undefined], [7]])("gives back what is no record where its data are %j", async (data) => {
  const { operations } = answering([{ ...row, data }]);
  expect((await operations.read("id"))?.version).toBeNaN();
});

it("gives every value as a parameter, times in whole seconds", async () => {
  const { asked, operations } = answering([row]);
  await operations.create("id", { ...record, owner: "ada" });
  expect(asked[0]?.values).toEqual(["id", 2, "{}", "ada", 1, 2, 3, 5]);
  expect(asked[0]?.sql.match(/\?/g)).toHaveLength(8);
});

it("numbers the parameters of PostgreSQL", async () => {
  const asked: string[] = [];
  const query = async (sql: string) => {
    asked.push(sql);
    return { rows: [] };
  };
  await postgresStore({ query }).operations.touch("id", 1, 2, 1);
  expect(asked[0]).toMatch(
    /used_at = \$1, expires_at = \$2\s+WHERE id = \$3 AND version = \$4 AND expires_at > \$5 RETURNING/,
  );
});

describe("options", () => {
  const stores = [
    ["sqliteStore", (options) => sqliteStore({ prepare: () => ({ all: () => [] }), exec() {} }, options)],
    ["d1Store", (options) => d1Store({ prepare: () => expect.unreachable() }, options)],
    ["postgresStore", (options) => postgresStore({ query: async () => ({ rows: [] }) }, options)],
    ["mysqlStore", (options) => mysqlStore({ execute: async () => [[], []] }, options)],
  ] as [string, (options: object) => unknown][];

  it.each(stores)("%s refuses a table whose name is none", (_, make) => {
    const names = ["", "Sessions", "a b", 'a"; DROP TABLE users; --', "1a", "a.b", "x".repeat(49), 5, null];
    for (const table of names) {
      expect(() => make({ table })).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
      expect(() => make({ table })).toThrow(/^table must have lower-case letters, .* but is .*: name another table\.$/);
    }
    for (const table of ["websession", "_a1", "x".repeat(48)]) expect(() => make({ table })).not.toThrow();
  });

  it.each(stores)("%s refuses a clock that is none", (_, make) => {
    expect(() => make({ now: 5 })).toThrow(/^now must be a function/);
  });

  it("refuse a client that is not there, or is another", () => {
    const environment: Record<string, never> = {};
    const refused = expect.objectContaining({ code: "ERR_INVALID_OPTION" });
    for (const client of [environment.DB, null, {}, "file.db"]) {
      expect(() => Reflect.apply(sqliteStore, undefined, [client])).toThrow(refused);
      expect(() => Reflect.apply(d1Store, undefined, [client])).toThrow(refused);
      expect(() => Reflect.apply(postgresStore, undefined, [client])).toThrow(refused);
      expect(() => Reflect.apply(mysqlStore, undefined, [client])).toThrow(refused);
    }
  });
});

it("refuses a Pool of pg in binary mode, which takes 64-bit integers for others", () => {
  const pool = { options: { binary: true }, query: async () => ({ rows: [] }) };
  expect(() => postgresStore(pool)).toThrow(/^client must not have `binary: true`/);
});
