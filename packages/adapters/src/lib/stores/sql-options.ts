import { SessionError } from "@websession/core";

export interface SqlOptions {
  /** The table's name: lower-case letters, digits and `_`, at most 48. Default `websession`. */
  readonly table?: string;
  /** The clock that records expire by, in milliseconds, for tests. Default `Date.now`. */
  readonly now?: () => number;
}

export function readSqlOptions({ table = "websession", now = Date.now }: SqlOptions = {}): Required<SqlOptions> {
  if (typeof table !== "string" || !tableName.test(table)) {
    const rule = "must have lower-case letters, digits and _ only, begin with no digit, and have at most 48 characters";
    throw invalid(`table ${rule}, but is ${JSON.stringify(table)}: name another table`);
  }
  if (typeof now !== "function") throw invalid("now must be a function that gives milliseconds, like Date.now");
  return { table, now };
}

/** Types are no help where a binding or a variable is missing at run time. */
export function offers<Client>(client: unknown, method: keyof Client): client is Client {
  return typeof Object(client)[method] === "function";
}

export function invalid(message: string): SessionError {
  return new SessionError("ERR_INVALID_OPTION", `${message}.`);
}

/** Lower case, because PostgreSQL lowers a name that isn't quoted; 48, because its names end at 63 and indexes are longer. */
const tableName = /^[a-z_][a-z0-9_]{0,47}$/;
