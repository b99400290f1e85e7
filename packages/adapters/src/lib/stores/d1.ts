import { defineStore } from "@websession/core";
import { invalid, offers, readSqlOptions, type SqlOptions } from "./sql-options.ts";
import { sqlStatements } from "./sql-statements.ts";
import { returned, type SqlStore, type SqlValue, sqlOperations } from "./sql-store.ts";
import { sqlSchema } from "./sql-table.ts";
import { sqliteCure } from "./sqlite-cures.ts";

/** What is called of a `D1Database`. */
export interface D1DatabaseLike {
  prepare(sql: string): D1Statement;
}

export interface D1Statement {
  bind(...values: SqlValue[]): D1Statement;
  all(): Promise<{ results: unknown[] }>;
}

/**
 * Sessions in Cloudflare D1: every call goes to the primary, so what one request saves the next one reads.
 *
 * Expired records go in `sweep`, for a Cron Trigger.
 */
export function d1Store(db: D1DatabaseLike, options?: SqlOptions): SqlStore {
  const { table, now } = readSqlOptions(options);
  if (!offers<D1DatabaseLike>(db, "prepare")) throw invalid("db must be a D1 binding: see d1_databases of wrangler");
  const query = async (sql: string, values: SqlValue[]) => {
    const statement = db.prepare(sql).bind(...values);
    return returned((await statement.all()).results);
  };
  return {
    ...defineStore({ ...sqlOperations(sqlStatements(table), query, now), cureFor: sqliteCure }),
    async createTable() {
      for (const statement of sqlSchema(table)) await query(statement, []);
    },
  };
}
