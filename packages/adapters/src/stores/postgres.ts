export { type PgPool, type PostgresJs, postgresStore } from "../lib/stores/postgres.ts";
export type { SqlOptions } from "../lib/stores/sql-options.ts";
export type { SqlStore, SqlValue } from "../lib/stores/sql-store.ts";
export { tableSql } from "../lib/stores/sql-table.ts";
