import { readSqlOptions, type SqlOptions } from "./sql-options.ts";

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

/** The SQL that `createTable` runs, for a migration of your own: the table and its indexes, where they are missing. */
export function tableSql(options?: Pick<SqlOptions, "table">): string {
  return asText(sqlSchema(readSqlOptions(options).table));
}

export function asText(statements: readonly string[]): string {
  return statements.map((statement) => `${statement};\n`).join("");
}
