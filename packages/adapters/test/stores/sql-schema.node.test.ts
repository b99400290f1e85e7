import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { tableSql as d1Sql } from "../../src/stores/d1.ts";
import { tableSql as mysqlSql } from "../../src/stores/mysql.ts";
import { tableSql as postgresSql } from "../../src/stores/postgres.ts";
import { tableSql as sqliteSql } from "../../src/stores/sqlite.ts";

const page = readFileSync(new URL("../../../../docs/stores.md", import.meta.url), "utf8");
const documented = [...page.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(([, sql]) => sql);

it("is what the docs show", () => {
  expect(documented).toEqual([sqliteSql(), mysqlSql()]);
});

it("is the same for SQLite, D1 and PostgreSQL", () => {
  expect(new Set([sqliteSql(), d1Sql(), postgresSql()]).size).toBe(1);
});

it("has the table's name, and that of no other", () => {
  for (const tableSql of [sqliteSql, mysqlSql]) {
    expect(tableSql({ table: "logins" })).toContain("logins_expires_at");
    expect(tableSql({ table: "logins" })).not.toContain("websession");
    expect(() => tableSql({ table: "a b" })).toThrow(/^table must/);
  }
});
