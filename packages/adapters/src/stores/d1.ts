export { type D1DatabaseLike, type D1Statement, d1Store } from "../lib/stores/d1.ts";
export type { SqlOptions } from "../lib/stores/sql-options.ts";
export type { SqlStore, SqlValue } from "../lib/stores/sql-store.ts";
export { tableSql } from "../lib/stores/sql-table.ts";
