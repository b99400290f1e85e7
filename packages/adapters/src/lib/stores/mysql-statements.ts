import { commonStatements, type SqlStatements, sweepAtMost } from "./sql-statements.ts";

/** Bytes. An index of InnoDB can have more; a user's id has no need to. */
export const OWNER_BYTES = 1024;

/** Bytes. The ids of sessions have at most 64. */
const ID_BYTES = 255;

const columns = ["version", "data", "owner", "created_at", "used_at"];

/** The SQL of a store in a table of MySQL 8, or of MariaDB 10.6 and newer. Texts are sent as bytes, and come back as such. */
export function mysqlStatements(table: string): SqlStatements {
  const replaced = columns.map((column) => `${column} = IF(expires_at <= ?, VALUES(${column}), ${column}),`).join(" ");
  return {
    ...commonStatements(`\`${table}\``),
    // LAST_INSERT_ID tells that the id is taken: the number of rows doesn't, with the client's flag FOUND_ROWS.
    // Assigned last, because the other columns look at the former expires_at.
    create: `INSERT INTO \`${table}\` (id, version, data, owner, created_at, used_at, expires_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON DUPLICATE KEY UPDATE ${replaced}
        expires_at = IF(expires_at <= ?, VALUES(expires_at), LAST_INSERT_ID(expires_at))`,
    // One after the other as they expired, or the whole table may be locked; in this order of tables, or all of it is read.
    sweep: `DELETE \`${table}\` FROM (SELECT id FROM \`${table}\` WHERE expires_at <= ? ORDER BY expires_at
        LIMIT ${sweepAtMost} FOR UPDATE SKIP LOCKED) AS expired
      STRAIGHT_JOIN \`${table}\` ON \`${table}\`.id = expired.id`,
  };
}

/** Bytes, not text: no collation takes two owners for one, and no character set of a connection changes what is kept. */
export function mysqlSchema(table: string): string {
  return `CREATE TABLE IF NOT EXISTS \`${table}\` (
  id varbinary(${ID_BYTES}) NOT NULL PRIMARY KEY,
  version bigint NOT NULL,
  data longblob NOT NULL,
  owner varbinary(${OWNER_BYTES}),
  created_at bigint NOT NULL,
  used_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  KEY \`${table}_owner\` (owner),
  KEY \`${table}_expires_at\` (expires_at)
) ENGINE=InnoDB`;
}
