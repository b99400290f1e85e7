import { invalid, offers } from "./sql-options.ts";
import type { SqlAnswer, SqlValue } from "./sql-store.ts";

/** What is called of a pool of `mysql2/promise`. */
export interface MysqlPool {
  execute(statement: MysqlStatement): Promise<readonly [result: unknown, fields: unknown]>;
}

/** One statement, and how its answer is to be read, whatever the pool is set up for. */
export interface MysqlStatement {
  readonly sql: string;
  readonly values: MysqlValue[];
  readonly rowsAsArray: false;
  readonly nestTables: false;
  readonly typeCast: (field: unknown, next: () => unknown) => unknown;
}

export type MysqlValue = Uint8Array | string | null;

/**
 * Runs prepared statements, so that no value is ever a part of the SQL: a client that quotes values has to know the server's
 * `sql_mode` and character set. Texts go as bytes and come back as bytes, which no character set changes.
 */
export function mysqlQuery(pool: MysqlPool): (sql: string, values: SqlValue[]) => Promise<SqlAnswer> {
  assertPool(pool);
  return async (sql, values) => {
    const statement = { sql, values: filled(sql, values.map(asSent)), ...reading };
    const [result] = await withoutDeadlock(() => pool.execute(statement));
    return Array.isArray(result) ? { rows: result.map(withTexts), affected: 0 } : written(Object(result));
  };
}

function assertPool(pool: MysqlPool): void {
  const cure = "import createPool from mysql2/promise";
  if (!offers<MysqlPool>(pool, "execute")) throw invalid(`pool must be a pool of mysql2/promise: ${cure}`);
  if (offers<{ promise: unknown }>(pool, "promise")) {
    throw invalid(`pool is one of mysql2, which needs callbacks: ${cure}, or give pool.promise()`);
  }
}

const ATTEMPTS = 5;

/** Of two statements that wait for each other, the server undoes one as a whole and wants it to be repeated. */
async function withoutDeadlock<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (Object(error).code !== "ER_LOCK_DEADLOCK" || attempt === ATTEMPTS) throw error;
    }
  }
}

/** MySQL does not number its parameters. The last one, which is the time, is repeated for all that are left. */
function filled(sql: string, values: MysqlValue[]): MysqlValue[] {
  const missing = sql.split("?").length - 1 - values.length;
  return [...values, ...Array<MysqlValue>(missing).fill(values.at(-1) ?? null)];
}

/** Rows are objects, and every column is as its type says. */
const reading = {
  rowsAsArray: false,
  nestTables: false,
  typeCast: (_field: unknown, next: () => unknown) => next(),
} as const;

interface Written {
  readonly affectedRows: number;
  readonly insertId: number | string;
  readonly serverStatus: number;
}

/** SERVER_STATUS_IN_TRANS of MySQL's protocol. */
const IN_TRANSACTION = 1;

function written({ affectedRows, insertId, serverStatus }: Written): SqlAnswer {
  if (serverStatus & IN_TRANSACTION) {
    throw new Error("the connection is in a transaction, and nothing is saved before it ends: turn autocommit on");
  }
  // An insertId tells that `create` has found its id taken.
  return { rows: [], affected: Number(insertId) > 0 ? 0 : affectedRows };
}

/** Integers as text, because mysql2 may send numbers as doubles, which MySQL refuses in a LIMIT. */
function asSent(value: SqlValue): MysqlValue {
  if (value === null) return null;
  return typeof value === "string" ? Buffer.from(value) : String(value);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Undefined for bytes that are no text. */
function asText(value: unknown): unknown {
  if (!(value instanceof Uint8Array)) return value;
  try {
    return utf8.decode(value);
  } catch {
    return undefined;
  }
}

function withTexts(row: object): object {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, asText(value)]));
}
