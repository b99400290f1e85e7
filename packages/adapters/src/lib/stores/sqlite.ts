import { defineStore } from "@websession/core";
import { invalid, offers, readSqlOptions, type SqlOptions } from "./sql-options.ts";
import { sqlStatements } from "./sql-statements.ts";
import { returned, type SqlQuery, type SqlStore, type SqlValue, sqlOperations } from "./sql-store.ts";
import { tableSql } from "./sql-table.ts";
import { sqliteCure } from "./sqlite-cures.ts";

/** What is called of `DatabaseSync` (node:sqlite), of `Database` (bun:sqlite, better-sqlite3) and their like. SQLite 3.35 or newer. */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement;
  exec(sql: string): unknown;
}

export interface SqliteStatement {
  all(...values: SqlValue[]): unknown[];
}

/**
 * Sessions in a SQLite database, for one machine, shared by all processes that open the file.
 *
 * Give it a connection of its own: a transaction that is open on it would hold back what was saved. Each call runs
 * synchronously, and waits for other writers as long as the connection's `busy_timeout` says. Expired records go in `sweep`.
 */
export function sqliteStore(db: SqliteDatabase, options?: SqlOptions): SqlStore {
  const { table, now } = readSqlOptions(options);
  if (!offers<SqliteDatabase>(db, "prepare"))
    throw invalid("db must be an open SQLite database, with prepare and exec");
  return {
    ...defineStore({ ...sqlOperations(sqlStatements(table), prepareOnce(db), now), cureFor: sqliteCure }),
    async createTable() {
      db.exec(tableSql({ table }));
    },
  };
}

/** Not before a statement is needed: SQLite refuses to prepare one for a table that isn't there yet. */
function prepareOnce(db: SqliteDatabase): SqlQuery {
  const prepared = new Map<string, SqliteStatement>();
  return (sql, values) => {
    const statement = prepared.get(sql) ?? db.prepare(sql);
    prepared.set(sql, statement);
    return returned(statement.all(...values));
  };
}
