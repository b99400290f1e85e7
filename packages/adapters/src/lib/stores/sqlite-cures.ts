import { type Cures, closed, cureIn, noTable } from "./sql-cures.ts";

/** The messages are SQLite's own: https://sqlite.org/rescode.html. All drivers give them, each with codes of another kind. */
const cures: Cures = {
  "no such table": noTable,
  "database is locked":
    "Another connection was writing for longer than this one waits: set PRAGMA busy_timeout, and keep transactions short",
  "attempt to write a readonly database":
    "Open the database for writing, and let this user write its file and its folder",
  "database or disk is full": "Free some space, and call sessions.sweep() now and then",
  // node:sqlite
  "database is not open": closed,
  "statement has been finalized": closed,
  // bun:sqlite
  "Cannot use a closed database": closed,
  // better-sqlite3
  "The database connection is not open": closed,
};

/** For D1 too, which is SQLite. */
export const sqliteCure = (error: unknown): string | undefined => cureIn(cures, error);
