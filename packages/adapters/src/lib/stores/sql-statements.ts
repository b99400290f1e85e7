/** What a store asks of its database, with `?` for each value. */
export type SqlStatements = Readonly<
  Record<"read" | "create" | "update" | "touch" | "delete" | "list" | "sweep", string>
>;

/** Names of one word, which clients that turn snake_case into camelCase leave as they are. */
const row = "id, version, data, owner, created_at AS created, used_at AS used, expires_at AS expires";

export const sweepAtMost = 1000;

/**
 * The SQL of a store in a table, as SQLite and PostgreSQL both understand it. What writes gives a row if it took effect.
 *
 * `lock` keeps two sweeps at once from waiting for each other, where the database has rows to lock.
 */
export function sqlStatements(table: string, lock = ""): SqlStatements {
  return {
    ...commonStatements(`"${table}"`, "RETURNING id"),
    create: `INSERT INTO "${table}" (id, version, data, owner, created_at, used_at, expires_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET version = excluded.version, data = excluded.data, owner = excluded.owner,
        created_at = excluded.created_at, used_at = excluded.used_at, expires_at = excluded.expires_at
      WHERE "${table}".expires_at <= ? RETURNING id`,
    sweep: `WITH expired AS MATERIALIZED (SELECT id FROM "${table}" WHERE expires_at <= ? LIMIT ${sweepAtMost} ${lock})
      DELETE FROM "${table}" WHERE id IN (SELECT id FROM expired) RETURNING id`,
  };
}

/** What every database understands, given the table's name as it quotes it. */
export function commonStatements(table: string, returning = ""): Omit<SqlStatements, "create" | "sweep"> {
  return {
    read: `SELECT ${row} FROM ${table} WHERE id = ? AND expires_at > ?`,
    update: `UPDATE ${table}
      SET version = ?, data = ?, owner = ?, created_at = ?, used_at = ?, expires_at = ?
      WHERE id = ? AND version = ? AND expires_at > ? ${returning}`,
    touch: `UPDATE ${table} SET used_at = ?, expires_at = ?
      WHERE id = ? AND version = ? AND expires_at > ? ${returning}`,
    delete: `DELETE FROM ${table} WHERE id = ? ${returning}`,
    list: `SELECT ${row} FROM ${table} WHERE owner = ? AND expires_at > ? ORDER BY used_at DESC LIMIT ?`,
  };
}
