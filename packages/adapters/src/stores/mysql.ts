export { mysqlStore, tableSql } from "../lib/stores/mysql.ts";
export type { MysqlPool, MysqlStatement, MysqlValue } from "../lib/stores/mysql-client.ts";
export type { SqlOptions } from "../lib/stores/sql-options.ts";
export type { SqlStore } from "../lib/stores/sql-store.ts";
