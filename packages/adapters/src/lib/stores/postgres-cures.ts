import {
  type Cures,
  closed,
  cureIn,
  lost,
  noRights,
  noTable,
  notAdmitted,
  notRunning,
  noWrites,
  tooMany,
} from "./sql-cures.ts";

/** The codes of five characters are PostgreSQL's: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const cures: Cures = {
  "42P01": noTable,
  "42501": noRights,
  "28000": notAdmitted,
  "28P01": notAdmitted,
  "3D000": notAdmitted,
  "25006": noWrites,
  "57P01": notRunning,
  "57P02": notRunning,
  "57P03": notRunning,
  "53300": tooMany,
  // pg
  "Cannot use a pool after calling end on the pool": closed,
  "Connection terminated": lost,
  // postgres.js
  CONNECTION_ENDED: closed,
  CONNECTION_DESTROYED: closed,
  CONNECTION_CLOSED: lost,
  // Bun.SQL, which has one code for both ends of a connection
  ERR_POSTGRES_CONNECTION_CLOSED:
    "The connection was lost, or the client has been closed: look whether the server is running",
  ERR_POSTGRES_CONNECTION_REFUSED:
    "No server is reached there: start it, or correct the address in the client's settings",
};

export const postgresCure = (error: unknown): string | undefined => cureIn(cures, error);
