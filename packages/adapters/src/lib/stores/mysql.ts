import { defineStore, type StoreOperations } from "@websession/core";
import { type MysqlPool, mysqlQuery } from "./mysql-client.ts";
import { mysqlCure } from "./mysql-cures.ts";
import { mysqlSchema, mysqlStatements, OWNER_BYTES } from "./mysql-statements.ts";
import { readSqlOptions, type SqlOptions } from "./sql-options.ts";
import { type SqlStore, sqlOperations } from "./sql-store.ts";
import { asText } from "./sql-table.ts";

/**
 * Sessions in MySQL 8, or in MariaDB 10.6 or newer, by a pool of `mysql2/promise`.
 *
 * Needs the primary: a replica may miss what was just saved. An owner can have 1024 bytes, and a session as many as the
 * server's `max_allowed_packet`. Expired records go in `sweep`.
 */
export function mysqlStore(pool: MysqlPool, options?: SqlOptions): SqlStore {
  const { table, now } = readSqlOptions(options);
  const query = mysqlQuery(pool);
  const operations = ownersThatFit(sqlOperations(mysqlStatements(table), query, now));
  return {
    ...defineStore({ ...operations, cureFor: mysqlCure }),
    async createTable() {
      await query(mysqlSchema(table), []);
    },
  };
}

/** The SQL that `createTable` runs, for a migration of your own: the table with its indexes, if it is missing. */
export function tableSql(options?: Pick<SqlOptions, "table">): string {
  return asText([mysqlSchema(readSqlOptions(options).table)]);
}

/** Where `sql_mode` is not strict, MySQL cuts off what is too long: then two owners could become one. */
function ownersThatFit(operations: StoreOperations): StoreOperations {
  return {
    ...operations,
    async create(id, record) {
      assertFits(record.owner);
      return operations.create(id, record);
    },
    async update(id, record, version) {
      assertFits(record.owner);
      return operations.update(id, record, version);
    },
  };
}

function assertFits(owner = ""): void {
  const length = Buffer.byteLength(owner);
  if (length <= OWNER_BYTES) return;
  throw new RangeError(`the owner has ${length} bytes, more than the ${OWNER_BYTES} of its column: use a shorter id`);
}
