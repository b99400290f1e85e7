import type { SqliteDatabase } from "../../src/stores/sqlite.ts";

export interface OpenDatabase extends SqliteDatabase {
  close(): void;
}

type Driver = (file: string) => OpenDatabase;

interface Modules {
  "node:sqlite": { DatabaseSync: new (file: string) => OpenDatabase };
  "bun:sqlite": { Database: new (file: string) => OpenDatabase };
}

/** The SQLite that comes with the runtime: none in Node 20, one in newer Nodes and Deno, two in Bun. */
export function sqliteDrivers(): [name: string, open: Driver][] {
  const { DatabaseSync } = builtin("node:sqlite");
  const { Database } = builtin("bun:sqlite");
  const drivers: [string, Driver][] = [];
  if (DatabaseSync) drivers.push(["node:sqlite", (file) => configured(new DatabaseSync(file))]);
  if (Database) drivers.push(["bun:sqlite", (file) => configured(new Database(file))]);
  return drivers;
}

function builtin<Name extends keyof Modules>(name: Name): Partial<Modules[Name]> {
  return (process.getBuiltinModule(name) ?? {}) as Partial<Modules[Name]>;
}

/** As the docs recommend. */
function configured(db: OpenDatabase): OpenDatabase {
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000");
  return db;
}
