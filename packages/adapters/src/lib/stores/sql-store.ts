import type { Awaitable, SessionRecord, SessionStore, StoreOperations } from "@websession/core";
import type { SqlStatements } from "./sql-statements.ts";

/** A store in a table of a database. */
export interface SqlStore extends SessionStore {
  /** Makes the table and its indexes where they are missing; for a migration of your own, the SQL is in the docs. */
  createTable(): Promise<void>;
}

export type SqlValue = string | number | null;

/** Runs one statement and gives its rows. */
export type SqlQuery = (sql: string, values: SqlValue[]) => Awaitable<readonly unknown[]>;

/** A LIMIT beyond the rows of any table, as every database takes it. */
const ALL = 2_147_483_647;

/** The operations of every store that speaks SQL. */
export function sqlOperations(sql: SqlStatements, query: SqlQuery, now: () => number): StoreOperations {
  const time = () => Math.floor(now() / 1000);
  const rows = async (statement: keyof SqlStatements, ...values: SqlValue[]) =>
    (await query(sql[statement], values)) as readonly Row[];
  const tookEffect = async (...call: Parameters<typeof rows>) => (await rows(...call)).length > 0;
  const read = async (id: string) => (await rows("read", id, time())).map(recordOf)[0];
  /** Where nothing has this version, a read tells why. */
  const compareAndSet = async (statement: "update" | "touch", values: SqlValue[], id: string, version: number) => {
    if (await tookEffect(statement, ...values, id, version, time())) return "saved";
    return (await read(id)) ? "changed" : "missing";
  };

  return {
    read,
    create: (id, record) => tookEffect("create", id, ...valuesOf(record), time()),
    update: (id, record, version) => compareAndSet("update", valuesOf(record), id, version),
    touch: (id, usedAt, expiresAt, version) => compareAndSet("touch", [usedAt, expiresAt], id, version),
    async delete(id) {
      await rows("delete", id);
    },
    async list(owner, limit = ALL) {
      return (await rows("list", owner, time(), limit)).map((row) => ({ id: row.id, record: recordOf(row) }));
    },
    sweep: async () => (await rows("sweep", time())).length,
  };
}

/** Clients give 64-bit integers as numbers, as bigints or as texts. */
type Integer = number | bigint | string;

interface Row {
  readonly id: string;
  readonly version: Integer;
  readonly data: string;
  readonly owner: string | null;
  readonly created: Integer;
  readonly used: Integer;
  readonly expires: Integer;
}

function recordOf({ version, data, owner, created, used, expires }: Row): SessionRecord {
  return {
    version: Number(version),
    data,
    owner: owner ?? undefined,
    createdAt: Number(created),
    usedAt: Number(used),
    expiresAt: Number(expires),
  };
}

function valuesOf({ version, data, owner, createdAt, usedAt, expiresAt }: SessionRecord): SqlValue[] {
  return [version, data, owner ?? null, createdAt, usedAt, expiresAt];
}
