import { cureForConnection } from "./cures.ts";

export const noTable = "Call `await store.createTable()` once, or run its SQL (`tableSql`) as a migration";
export const notAdmitted = "Correct the user, the password or the database in the settings of the client";
export const noRights =
  "Grant the client's user SELECT, INSERT, UPDATE and DELETE on the table, and CREATE for createTable";
export const noWrites = "The database is read-only: connect to the primary server";
export const closed = "The client has been closed: close it after the last request";
export const lost = "The connection was lost: look whether the server is running, and at its log";
export const notRunning = "The server is starting or stopping: repeat the request once it is running";
export const tooMany = "The server accepts no more connections: raise its limit, or lower those of the pools";

/** By an error's code, or by a part of its message where the driver gives no code. */
export type Cures = Readonly<Record<string, string>>;

export function cureIn(cures: Cures, error: unknown): string | undefined {
  const cure = cureForConnection(error);
  if (cure !== undefined) return cure;
  const { code, errno, message } = Object(error) as Record<string, unknown>;
  const known = (sign: string) => sign === code || sign === errno || String(message).includes(sign);
  const sign = Object.keys(cures).find(known);
  return sign === undefined ? undefined : cures[sign];
}
