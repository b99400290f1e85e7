import type { Awaitable, SessionRecord, SessionStore, StoreOperations } from "@websession/core";
import { notARecord } from "./plain-record.ts";
import type { SqlStatements } from "./sql-statements.ts";

/** A store in a table of a database. */
export interface SqlStore extends SessionStore {
  /** Makes the table and its indexes where they are missing. For a migration of your own, `tableSql` gives the SQL. */
  createTable(): Promise<void>;
}

export type SqlValue = string | number | null;

/** What a statement has read, or on how many rows it took effect. */
export interface SqlAnswer {
  readonly rows: readonly unknown[];
  readonly affected: number;
}

/** Runs one statement. */
export type SqlQuery = (sql: string, values: SqlValue[]) => Awaitable<SqlAnswer>;

/** The answer of a database whose writing statements give the rows on which they took effect. */
export function returned(rows: readonly unknown[]): SqlAnswer {
  return { rows, affected: rows.length };
}

/** A LIMIT beyond the rows of any table, as every database takes it. */
const ALL = 2_147_483_647;

/** The operations of every store that speaks SQL. */
export function sqlOperations(sql: SqlStatements, query: SqlQuery, now: () => number): StoreOperations {
  const time = () => Math.floor(now() / 1000);
  const rows = async (statement: "read" | "list", ...values: SqlValue[]) =>
    (await query(sql[statement], values)).rows as readonly Row[];
  const affected = async (statement: keyof SqlStatements, ...values: SqlValue[]) =>
    (await query(sql[statement], values)).affected;
  const read = async (id: string) => (await rows("read", id, time())).map(recordOf)[0];

  return {
    read,
    async create(id, record) {
      return (await affected("create", id, ...valuesOf(record), time())) > 0;
    },
    async update(id, record, version) {
      if ((await affected("update", ...valuesOf(record), id, version, time())) > 0) return "saved";
      return (await read(id)) ? "changed" : "missing";
    },
    async touch(id, usedAt, expiresAt, version) {
      if ((await affected("touch", usedAt, expiresAt, id, version, time())) > 0) return "saved";
      const current = await read(id);
      if (!current) return "missing";
      // MySQL without the flag FOUND_ROWS doesn't count a row that has these times already.
      const isTouched = current.version === version && current.usedAt === usedAt && current.expiresAt === expiresAt;
      return isTouched ? "saved" : "changed";
    },
    async delete(id) {
      await affected("delete", id);
    },
    async list(owner, limit = ALL) {
      return (await rows("list", owner, time(), limit)).map((row) => ({ id: row.id, record: recordOf(row) }));
    },
    sweep: () => affected("sweep", time()),
  };
}

interface Row {
  readonly id: string;
  readonly version: unknown;
  readonly data: unknown;
  readonly owner: string | null;
  readonly created: unknown;
  readonly used: unknown;
  readonly expires: unknown;
}

/** What the client gives in another form is no record: the library finds out whether the client or the row is at fault. */
function recordOf({ version, data, owner, created, used, expires }: Row): SessionRecord {
  if (typeof data !== "string") return notARecord;
  return {
    version: integerOf(version),
    data,
    owner: owner ?? undefined,
    createdAt: integerOf(created),
    usedAt: integerOf(used),
    expiresAt: integerOf(expires),
  };
}

/** Clients give 64-bit integers as numbers, as bigints or as texts. NaN for anything else. */
function integerOf(value: unknown): number {
  const text = String(value);
  return /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
}

function valuesOf({ version, data, owner, createdAt, usedAt, expiresAt }: SessionRecord): SqlValue[] {
  return [version, data, owner ?? null, createdAt, usedAt, expiresAt];
}
