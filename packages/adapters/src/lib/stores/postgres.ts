import { defineStore } from "@websession/core";
import { postgresCure } from "./postgres-cures.ts";
import { invalid, offers, readSqlOptions, type SqlOptions } from "./sql-options.ts";
import { type SqlStatements, sqlStatements } from "./sql-statements.ts";
import { returned, type SqlStore, type SqlValue, sqlOperations } from "./sql-store.ts";
import { tableSql } from "./sql-table.ts";

/** What is called of a `Pool` of pg. */
export interface PgPool {
  query(sql: string, values?: SqlValue[]): Promise<{ rows: unknown[] }>;
}

/** What is called of the function that postgres.js gives, and of `Bun.SQL`. */
export interface PostgresJs {
  unsafe(sql: string, values?: SqlValue[], options?: { prepare?: boolean }): PromiseLike<readonly unknown[]>;
}

/**
 * Sessions in PostgreSQL 12 or newer, by a `Pool` of pg, by postgres.js or by `Bun.SQL`. Values go as parameters, never within
 * the SQL.
 *
 * Needs the primary: a replica may miss what was just saved. Expired records go in `sweep`.
 */
export function postgresStore(client: PgPool | PostgresJs, options?: SqlOptions): SqlStore {
  const { table, now } = readSqlOptions(options);
  const query = queryOf(client);
  const statements = numbered(sqlStatements(table, "FOR UPDATE SKIP LOCKED"));
  const operations = sqlOperations(statements, async (sql, values) => returned(await query(sql, values)), now);
  return {
    ...defineStore({ ...operations, cureFor: postgresCure }),
    async createTable() {
      await query(together + tableSql({ table }));
    },
  };
}

type Query = (sql: string, values?: SqlValue[]) => Promise<readonly unknown[]>;

function queryOf(client: PgPool | PostgresJs): Query {
  // Prepared, postgres.js needs one round trip, and two otherwise. Where the client says `prepare: false`, that wins.
  if (offers<PostgresJs>(client, "unsafe")) return async (sql, values) => client.unsafe(sql, values, { prepare: true });
  // In this mode pg takes 64-bit integers for others.
  if ((Object(client) as { options?: { binary?: unknown } }).options?.binary)
    throw invalid("client must not have `binary: true`");
  if (offers<PgPool>(client, "query")) return async (sql, values) => (await client.query(sql, values)).rows;
  throw invalid("client must be a Pool of pg, the function that postgres.js gives, or a Bun.SQL");
}

/** PostgreSQL counts its parameters: `$1`, `$2`. */
function numbered(statements: SqlStatements): SqlStatements {
  const number = (sql: string) => {
    let count = 0;
    return sql.replace(/\?/g, () => `$${++count}`);
  };
  return Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, number(sql)])) as SqlStatements;
}

/**
 * Said before the schema, in the one transaction that statements sent together are: IF NOT EXISTS alone lets one of two
 * processes fail that start at once, and tells of what it skips.
 */
const together = "SET LOCAL client_min_messages = warning; SELECT pg_advisory_xact_lock(2003133043);\n";
