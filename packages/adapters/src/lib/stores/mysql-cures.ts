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

const busy = "All connections of the pool are in use: raise connectionLimit or queueLimit, or find the slow queries";

const cures: Cures = {
  ER_NO_SUCH_TABLE: noTable,
  ER_ACCESS_DENIED_ERROR: notAdmitted,
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: notAdmitted,
  ER_DBACCESS_DENIED_ERROR: notAdmitted,
  ER_BAD_DB_ERROR: notAdmitted,
  ER_NO_DB_ERROR: "Name a database in the settings of the pool",
  ER_TABLEACCESS_DENIED_ERROR: noRights,
  ER_COLUMNACCESS_DENIED_ERROR: noRights,
  ER_OPTION_PREVENTS_STATEMENT: noWrites,
  ER_READ_ONLY_MODE: noWrites,
  ER_SERVER_SHUTDOWN: notRunning,
  ER_CON_COUNT_ERROR: tooMany,
  ER_USER_LIMIT_REACHED: tooMany,
  ER_TOO_MANY_USER_CONNECTIONS: tooMany,
  ER_NET_PACKET_TOO_LARGE:
    "The session is larger than the server's max_allowed_packet: raise that, or keep less in a session",
  PROTOCOL_CONNECTION_LOST: lost,
  "Pool is closed": closed,
  "Queue limit reached": busy,
  "No connections available": busy,
};

export const mysqlCure = (error: unknown): string | undefined => cureIn(cures, error);
