/** What a store asks of its database, with `?` for each value. Every one gives rows, and rows tell whether it took effect. */
export type SqlStatements = Readonly<
  Record<"read" | "create" | "update" | "touch" | "delete" | "list" | "sweep", string>
>;

/** Names of one word, which clients that turn snake_case into camelCase leave as they are. */
const row = "id, version, data, owner, created_at AS created, used_at AS used, expires_at AS expires";

const sweepAtMost = 1000;

/**
 * The SQL of a store in a table, as SQLite and PostgreSQL both understand it.
 *
 * `lock` keeps two sweeps at once from waiting for each other, where the database has rows to lock.
 */
export function sqlStatements(table: string, lock = ""): SqlStatements {
  return {
    read: `SELECT ${row} FROM "${table}" WHERE id = ? AND expires_at > ?`,
    create: `INSERT INTO "${table}" (id, version, data, owner, created_at, used_at, expires_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET version = excluded.version, data = excluded.data, owner = excluded.owner,
        created_at = excluded.created_at, used_at = excluded.used_at, expires_at = excluded.expires_at
      WHERE "${table}".expires_at <= ? RETURNING id`,
    update: `UPDATE "${table}"
      SET version = ?, data = ?, owner = ?, created_at = ?, used_at = ?, expires_at = ?
      WHERE id = ? AND version = ? AND expires_at > ? RETURNING id`,
    touch: `UPDATE "${table}" SET used_at = ?, expires_at = ?
      WHERE id = ? AND version = ? AND expires_at > ? RETURNING id`,
    delete: `DELETE FROM "${table}" WHERE id = ? RETURNING id`,
    list: `SELECT ${row} FROM "${table}" WHERE owner = ? AND expires_at > ? ORDER BY used_at DESC LIMIT ?`,
    sweep: `WITH expired AS MATERIALIZED (SELECT id FROM "${table}" WHERE expires_at <= ? LIMIT ${sweepAtMost} ${lock})
      DELETE FROM "${table}" WHERE id IN (SELECT id FROM expired) RETURNING id`,
  };
}

/** The table and its indexes, each made only where it is missing. */
export function sqlSchema(table: string): string[] {
  return [
    `CREATE TABLE IF NOT EXISTS "${table}" (
  id text PRIMARY KEY NOT NULL,
  version bigint NOT NULL,
  data text NOT NULL,
  owner text,
  created_at bigint NOT NULL,
  used_at bigint NOT NULL,
  expires_at bigint NOT NULL
)`,
    `CREATE INDEX IF NOT EXISTS "${table}_owner" ON "${table}" (owner)`,
    `CREATE INDEX IF NOT EXISTS "${table}_expires_at" ON "${table}" (expires_at)`,
  ];
}
