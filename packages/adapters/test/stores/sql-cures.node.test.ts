import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSessions } from "@websession/core";
import { createPool, type PoolOptions } from "mysql2/promise";
import { Pool, type PoolConfig } from "pg";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SqlStore } from "../../src/lib/stores/sql-store.ts";
import { mysqlStore } from "../../src/stores/mysql.ts";
import { type PostgresJs, postgresStore } from "../../src/stores/postgres.ts";
import { sqliteStore } from "../../src/stores/sqlite.ts";
import { Mariadb, noMariadb } from "./servers/mariadb.ts";
import { noPostgres, Postgres } from "./servers/postgres.ts";
import { sqliteDrivers } from "./sqlite-drivers.ts";
import { secrets, visit } from "./visits.ts";

interface Bun {
  SQL: new (url: string) => PostgresJs & { end(): Promise<void> };
}

const { Bun } = globalThis as { Bun?: Bun };

const cures = {
  noTable: "Call `await store.createTable()` once, or run its SQL (`tableSql`) as a migration",
  notAdmitted: "Correct the user, the password or the database in the settings of the client",
  noRights: "Grant the client's user SELECT, INSERT, UPDATE and DELETE on the table, and CREATE for createTable",
  noWrites: "The database is read-only: connect to the primary server",
  closed: "The client has been closed: close it after the last request",
  lost: "The connection was lost: look whether the server is running, and at its log",
  noServer: "No server listens there: start it, or correct the address that the client is given",
  noHost: "No such host is known: correct the address that the client is given",
  busy: "All connections of the pool are in use: raise connectionLimit or queueLimit, or find the slow queries",
  locked:
    "Another connection was writing for longer than this one waits: set PRAGMA busy_timeout, and keep transactions short",
  readOnlyFile: "Open the database for writing, and let this user write its file and its folder",
  full: "Free some space, and call sessions.sweep() now and then",
};

/** What the application is told when a visitor's first write can't be saved. */
async function failureOf(store: SqlStore): Promise<{ reason: string; cure: string | undefined }> {
  const sessions = createSessions({ secrets, store });
  const { message } = await visit(sessions, undefined, (session) => session.set("n", 1)).then(
    () => expect.unreachable("it was saved"),
    (error: Error) => error,
  );
  const parts =
    /^The session store failed to create: (.+?)\. (?:(.+)\. )?No session has begun; a former one is as it was\.$/;
  const [, reason = message, cure] = parts.exec(message) ?? [];
  return { reason, cure };
}

const endings: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of endings) await end();
});

describe.skipIf(noMariadb)("an ERR_STORE of MariaDB says what to do", () => {
  let server: Mariadb;
  const storeAt = (uri: string, options: PoolOptions = {}) => {
    const pool = createPool({ uri, ...options });
    endings.push(() => pool.end().catch(() => {}));
    return { store: mysqlStore(pool), pool };
  };
  const told = (uri: string, options?: PoolOptions) => failureOf(storeAt(uri, options).store);

  beforeAll(async () => {
    server = await Mariadb.start();
    const { store } = storeAt(await server.createDatabase("cures"));
    await store.createTable();
    await server.createDatabase("empty");
    await server.run(
      "CREATE USER stranger@'127.0.0.1' IDENTIFIED BY 'secret'",
      "CREATE USER reader@'127.0.0.1'",
      "GRANT SELECT ON cures.* TO reader@'127.0.0.1'",
      "CREATE USER writer@'127.0.0.1'",
      "GRANT ALL ON cures.* TO writer@'127.0.0.1'",
    );
  }, 60_000);
  afterAll(() => server?.stop(), 20_000);

  it("where there is no table", async () => {
    expect(await told(server.address("empty"))).toEqual({
      reason: "Table 'empty.websession' doesn't exist",
      cure: cures.noTable,
    });
  });

  it.each([
    ["the password is wrong", "stranger:guessed", "cures"],
    ["the user has no right to the database", "stranger:secret", "cures"],
    ["there is no such database", "root", "none"],
  ])("where %s", async (_, user, database) => {
    expect((await told(server.address(database, user))).cure).toBe(cures.notAdmitted);
  });

  it("where the user may not write", async () => {
    expect((await told(server.address("cures", "reader"))).cure).toBe(cures.noRights);
  });

  it("where the server is read-only", async () => {
    await server.run("SET GLOBAL read_only = 1");
    expect((await told(server.address("cures", "writer"))).cure).toBe(cures.noWrites);
    await server.run("SET GLOBAL read_only = 0");
  });

  it("where the pool has been closed", async () => {
    const { store, pool } = storeAt(server.address("cures"));
    await pool.end();
    expect(await failureOf(store)).toEqual({ reason: "Pool is closed", cure: cures.closed });
  });

  it.each([
    ["its queue is full", { queueLimit: 1 }],
    ["it does not wait", { waitForConnections: false }],
  ])("where the pool has no connection left, and %s", async (_, options) => {
    const { store, pool } = storeAt(server.address("cures"), { connectionLimit: 1, ...options });
    const slow = [pool.query("SELECT SLEEP(0.5)"), pool.query("SELECT SLEEP(0)").catch(() => {})];
    expect((await failureOf(store)).cure).toBe(cures.busy);
    await Promise.all(slow);
  });

  it("where nobody listens, and where the host is unknown", async () => {
    expect((await told("mysql://root@127.0.0.1:1/x")).cure).toBe(cures.noServer);
    expect((await told("mysql://root@localhost:1/x")).cure).toBe(cures.noServer);
    expect((await told("mysql://root@no-such-host.invalid/x")).cure).toBe(cures.noHost);
  });

  // The last one: it ends the server.
  it("where the server dies in the middle, and when it is gone", async () => {
    const { store, pool } = storeAt(server.address("cures"), { connectionLimit: 1 });
    const locking = storeAt(server.address("cures")).pool;
    await store.operations.read("any");
    await (await locking.getConnection()).query("LOCK TABLES websession WRITE");
    const waiting = failureOf(store);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await server.process.kill();
    expect((await waiting).cure).toBe(cures.lost);
    expect((await failureOf(store)).cure).toBe(cures.noServer);
    await pool.end();
  });
});

describe.skipIf(noPostgres)("an ERR_STORE of PostgreSQL says what to do", () => {
  let server: Postgres;
  let address: string;
  const storeAt = (connectionString: string, options: PoolConfig = {}) => {
    const pool = new Pool({ connectionString, ...options });
    pool.on("error", () => {});
    return { store: postgresStore(pool), pool };
  };
  const storeJsAt = (url: string) => {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    return { store: postgresStore(sql), sql };
  };
  const told = async (connectionString: string, options?: PoolConfig) => {
    const { store, pool } = storeAt(connectionString, options);
    return failureOf(store).finally(() => pool.end());
  };
  const toldJs = async (url: string) => {
    const { store, sql } = storeJsAt(url);
    return failureOf(store).finally(() => sql.end());
  };
  const as = (user: string) => address.replace("postgres@", `${user}@`);

  beforeAll(async () => {
    server = await Postgres.start();
    address = await server.createDatabase("cures");
    const { store, pool } = storeAt(address);
    await store.createTable();
    await pool.query("CREATE ROLE reader LOGIN");
    await pool.query("GRANT SELECT ON websession TO reader");
    await pool.end();
  }, 60_000);
  afterAll(() => server?.stop(), 20_000);

  it("where there is no table", async () => {
    const empty = await server.createDatabase("empty");
    const expected = { reason: 'relation "websession" does not exist', cure: cures.noTable };
    expect([await told(empty), await toldJs(empty)]).toEqual([expected, expected]);
  });

  it("where there is no such user, and no such database", async () => {
    const none = address.replace("/cures", "/none");
    expect([(await told(as("nobody"))).cure, (await toldJs(as("nobody"))).cure]).toEqual(
      Array(2).fill(cures.notAdmitted),
    );
    expect([(await told(none)).cure, (await toldJs(none)).cure]).toEqual(Array(2).fill(cures.notAdmitted));
  });

  it("where the user may not write", async () => {
    expect([(await told(as("reader"))).cure, (await toldJs(as("reader"))).cure]).toEqual(Array(2).fill(cures.noRights));
  });

  it("where the server is read-only", async () => {
    const options = { options: "-c default_transaction_read_only=on" };
    expect((await told(address, options)).cure).toBe(cures.noWrites);
  });

  it("where the client has been closed", async () => {
    const [{ store, pool }, js] = [storeAt(address), storeJsAt(address)];
    await Promise.all([pool.end(), js.sql.end()]);
    expect([(await failureOf(store)).cure, (await failureOf(js.store)).cure]).toEqual(Array(2).fill(cures.closed));
  });

  it("where nobody listens, and where the host is unknown", async () => {
    const [nobody, unknown] = ["postgres://x@localhost:1/x", "postgres://x@no-such-host.invalid/x"];
    expect([(await told(nobody)).cure, (await toldJs(nobody)).cure]).toEqual(Array(2).fill(cures.noServer));
    expect([(await told(unknown)).cure, (await toldJs(unknown)).cure]).toEqual(Array(2).fill(cures.noHost));
  });

  it.skipIf(!Bun)("also by Bun.SQL", async () => {
    const { SQL } = Bun ?? expect.unreachable();
    const storeOf = (url: string) => postgresStore(new SQL(url));
    expect((await failureOf(storeOf(address.replace("/cures", "/empty")))).cure).toBe(cures.noTable);
    expect((await failureOf(storeOf(as("nobody")))).cure).toBe(cures.notAdmitted);
    expect((await failureOf(storeOf("postgres://x@127.0.0.1:1/x"))).cure).toMatch(
      /^No server is reached there: start it/,
    );
    const sql = new SQL(address);
    await sql.unsafe("SELECT 1");
    await sql.end();
    expect((await failureOf(postgresStore(sql))).cure).toMatch(
      /^The connection was lost, or the client has been closed:/,
    );
  });

  // The last one: it ends the server.
  it("where the server dies in the middle, and when it is gone", async () => {
    const [{ store, pool }, js, locking] = [storeAt(address), storeJsAt(address), storeAt(address).pool];
    await Promise.all([store.operations.read("any"), js.store.operations.read("any")]);
    const connection = await locking.connect();
    connection.on("error", () => {});
    await connection.query("BEGIN");
    await connection.query("LOCK TABLE websession");
    const waiting = [failureOf(store), failureOf(js.store)];
    await new Promise((resolve) => setTimeout(resolve, 200));
    await server.stop();
    expect((await Promise.all(waiting)).map(({ cure }) => cure)).toEqual(Array(2).fill(cures.lost));
    expect([(await failureOf(store)).cure, (await failureOf(js.store)).cure]).toEqual(Array(2).fill(cures.noServer));
    connection.release(true);
    await Promise.all([pool.end(), locking.end(), js.sql.end({ timeout: 0 })]);
  });
});

describe.each(sqliteDrivers())("an ERR_STORE of %s says what to do", (_, open) => {
  let folder: string;
  let file: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "websession-cures-"));
    file = join(folder, "sessions.db");
    const db = open(file);
    await sqliteStore(db).createTable();
    db.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** With the table in it, after these statements. */
  const opened = (...statements: string[]) => {
    const db = open(file);
    for (const statement of statements) db.exec(statement);
    endings.push(() => db.close());
    return { store: sqliteStore(db), db };
  };

  it("where there is no table", async () => {
    const { db } = opened();
    const expected = { reason: "no such table: missing", cure: cures.noTable };
    expect(await failureOf(sqliteStore(db, { table: "missing" }))).toEqual(expected);
  });

  it("where another connection is writing", async () => {
    const { db: other } = opened("BEGIN IMMEDIATE");
    const expected = { reason: "database is locked", cure: cures.locked };
    expect(await failureOf(opened("PRAGMA busy_timeout = 1").store)).toEqual(expected);
    other.exec("ROLLBACK");
  });

  it("where nothing may be written", async () => {
    expect((await failureOf(opened("PRAGMA query_only = 1").store)).cure).toBe(cures.readOnlyFile);
  });

  it("where the disk is full", async () => {
    const { db, store } = opened("PRAGMA max_page_count = 1");
    const record = { version: 1, data: "x".repeat(100_000), createdAt: 1, usedAt: 1, expiresAt: 2 ** 32 };
    const error = await store.operations.create("id", record).catch((error: unknown) => error);
    expect(store.operations.cureFor?.(error)).toBe(cures.full);
    db.exec("PRAGMA max_page_count = 1000000");
  });

  it("where the database has been closed", async () => {
    const db = open(file);
    db.close();
    expect((await failureOf(sqliteStore(db))).cure).toBe(cures.closed);
  });
});
