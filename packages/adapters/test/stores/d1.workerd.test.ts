import { describe, expect, it } from "vitest";
import { type D1DatabaseLike, d1Store, tableSql } from "../../src/stores/d1.ts";
import { sqlCases } from "./sql-cases.ts";

const workers = "cloudflare:workers";
const { env } = (await import(workers)) as { env: { DB: D1DatabaseLike } };

describe("d1Store", () => {
  // Local D1 takes milliseconds per statement.
  sqlCases((options) => d1Store(env.DB, options), { many: 500 });

  it("works in a table that a migration has made of its SQL", async () => {
    const statements = tableSql({ table: "migrated" }).split(";\n").filter(Boolean);
    for (const statement of statements) await env.DB.prepare(statement).bind().all();
    const record = { version: 1, data: "{}", owner: "ada", createdAt: 1, usedAt: 1, expiresAt: 2 ** 33 };
    const { operations } = d1Store(env.DB, { table: "migrated" });
    expect(await operations.create("id", record)).toBe(true);
    expect(await operations.list?.("ada")).toEqual([{ id: "id", record }]);
  });
});
