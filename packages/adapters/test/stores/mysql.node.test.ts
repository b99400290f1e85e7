import { createPool as createCallbackPool } from "mysql2";
import { createPool, type Pool, type PoolOptions, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mysqlStore } from "../../src/stores/mysql.ts";
import { aRecord } from "./records.ts";
import { Mariadb, noMariadb } from "./servers/mariadb.ts";
import { until } from "./servers/server-process.ts";
import { concurrencyCases, ROUNDS } from "./sessions-in.ts";
import { sqlCases, sweepingCase } from "./sql-cases.ts";

const pools: [name: string, options: PoolOptions][] = [
  ["as it comes", {}],
  ["that counts the rows that it has changed", { flags: ["-FOUND_ROWS"] }],
  [
    "that is set up for something else",
    {
      charset: "latin1_swedish_ci",
      rowsAsArray: true,
      nestTables: "_",
      typeCast: false,
      supportBigNumbers: true,
      bigNumberStrings: true,
      dateStrings: true,
      namedPlaceholders: true,
      connectionLimit: 3,
    },
  ],
];

/** Much of everything takes its time: once is enough. */
const isNode = !("Deno" in globalThis || "Bun" in globalThis);
const isPlain = (options: PoolOptions) => Object.keys(options).length === 0;
const much = (options: PoolOptions) =>
  isNode && isPlain(options) ? { many: 2000, rounds: ROUNDS.once } : { many: 100, rounds: ROUNDS.again };

let server: Mariadb;
beforeAll(async () => {
  if (!noMariadb) server = await Mariadb.start();
}, 60_000);
afterAll(() => server?.stop(), 20_000);

describe.skipIf(noMariadb).each(pools)("mysqlStore on a pool %s", (_, options) => {
  let pool: Pool;
  beforeAll(async () => {
    pool = createPool({
      uri: await server.createDatabase(`pool_${pools.findIndex((one) => one[1] === options)}`),
      ...options,
    });
  });
  afterAll(() => pool.end());

  sqlCases((given) => mysqlStore(pool, given), much(options));
  if (isPlain(options)) sweepingCase((given) => mysqlStore(pool, given));

  it("says saved, not changed, where a touch finds the times as it wants them", async () => {
    const { createTable, operations } = mysqlStore(pool, { table: "touched" });
    await createTable();
    const { usedAt, expiresAt } = aRecord();
    await operations.create("id", aRecord({ usedAt, expiresAt }));
    expect(await operations.touch("id", usedAt, expiresAt, 1)).toBe("saved");
    expect(await operations.touch("id", usedAt, expiresAt, 2)).toBe("changed");
    expect(await operations.touch("other", usedAt, expiresAt, 1)).toBe("missing");
  });

  it("keeps a session of several megabytes, to the last character", async () => {
    const { createTable, operations } = mysqlStore(pool, { table: "large" });
    await createTable();
    const data = JSON.stringify("é漢🍏\0'\\".repeat(400_000));
    expect(await operations.create("id", aRecord({ data }))).toBe(true);
    expect((await operations.read("id"))?.data === data).toBe(true);
  });

  it("sweeps at the same time as others sweep and create, and takes nothing that is new", async () => {
    const { createTable, operations } = mysqlStore(pool, { table: "busy" });
    await createTable();
    const ids = Array.from({ length: 300 }, (_, number) => `id${number}`);
    await Promise.all(ids.map((id) => operations.create(id, aRecord({ expiresAt: 1 }))));
    const sweeping = Array.from({ length: 20 }, () => operations.sweep?.());
    const created = await Promise.all(ids.map((id) => operations.create(id, aRecord())));
    await Promise.all(sweeping);
    expect(created.every(Boolean)).toBe(true);
    expect((await Promise.all(ids.map(operations.read))).every(Boolean)).toBe(true);
  });
});

describe.skipIf(noMariadb)("mysqlStore", () => {
  const pools: Pool[] = [];
  /** In a database of its own; `settings` are of each connection. */
  const poolIn = async (database: string, settings: string[] = [], options: PoolOptions = {}) => {
    const pool = createPool({ uri: await server.createDatabase(database), ...options });
    pools.push(pool);
    pool.pool.on("connection", (connection) => {
      for (const setting of settings) connection.query(`SET ${setting}`);
    });
    return pool;
  };
  afterAll(() => Promise.all(pools.map((pool) => pool.end())));

  it("refuses an owner that is too long before anything is written, where the server would cut it off", async () => {
    const { createTable, operations } = mysqlStore(await poolIn("lenient", ["sql_mode = ''"]));
    await createTable();
    const [fits, tooLong] = ["é".repeat(512), `${"é".repeat(512)}!`];
    const refusal = /^the owner has 1025 bytes, more than the 1024 of its column: use a shorter id$/;
    expect(await operations.create("id", aRecord({ owner: fits }))).toBe(true);
    await expect(operations.create("other", aRecord({ owner: tooLong }))).rejects.toThrow(refusal);
    await expect(operations.update("id", aRecord({ version: 2, owner: tooLong }), 1)).rejects.toThrow(refusal);
    expect(await operations.read("id")).toMatchObject({ version: 1, owner: fits });
    expect(await operations.read("other")).toBeUndefined();
    expect(await operations.list?.(tooLong)).toEqual([]);
    expect(await operations.list?.(fits)).toHaveLength(1);
  });

  it("does not mind a sql_mode that quotes otherwise", async () => {
    const pool = await poolIn("quoting", ["sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT'"]);
    const { createTable, operations } = mysqlStore(pool);
    await createTable();
    const record = aRecord({ data: "\\'; DROP TABLE websession; -- \"`\\", owner: "\\' OR 1 = 1 -- " });
    await operations.create("id", record);
    expect(await operations.read("id")).toEqual(record);
    expect(await operations.list?.(String(record.owner))).toEqual([{ id: "id", record }]);
  });

  it.each(["READ UNCOMMITTED", "READ COMMITTED", "SERIALIZABLE"])(
    "counts exactly in isolation %s too",
    async (level) => {
      const settings = [`SESSION TRANSACTION ISOLATION LEVEL ${level}`];
      const store = mysqlStore(await poolIn(level.replace(" ", "_").toLowerCase(), settings));
      await store.createTable();
      for (const { run } of concurrencyCases(store, { rounds: 1 })) await run();
    },
  );

  it("refuses to call saved what would have to be committed", async () => {
    const { createTable, operations } = mysqlStore(await poolIn("uncommitted", ["autocommit = 0"]));
    await createTable();
    await expect(operations.create("id", aRecord())).rejects.toThrow(/in a transaction.*turn autocommit on$/);
    await expect(operations.delete("id")).rejects.toThrow(/in a transaction/);
  });

  it("repeats what the server has undone because of a deadlock", async () => {
    const pool = await poolIn("deadlock");
    const { createTable, operations } = mysqlStore(pool);
    await createTable();
    await operations.create("id", aRecord());
    for (let i = 0; i < 20; i++) await operations.create(`${i}`, aRecord({ owner: "grace" }));
    const other = await pool.getConnection();
    const numberOf = async (sql: string) => Number((await pool.query<RowDataPacket[]>(sql))[0][0]?.Value);
    const deadlocks = () => numberOf("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'");
    const waiting = () => numberOf("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'");
    const before = await deadlocks();
    await other.beginTransaction();
    // It has changed more, so it is not the one that is undone.
    const byOwner = "websession FORCE INDEX (websession_owner)";
    await other.query(`UPDATE ${byOwner} SET used_at = 1 WHERE owner = 'grace'`);
    await other.query(`SELECT id FROM ${byOwner} WHERE owner = 'ada' FOR UPDATE`);
    const updating = operations.update("id", aRecord({ version: 2, owner: "ada" }), 1);
    await until(async () => (await waiting()) === 1);
    await other.query("SELECT id FROM websession WHERE id = 'id' FOR UPDATE");
    await other.commit();
    other.release();
    expect(await updating).toBe("saved");
    expect((await deadlocks()) - before).toBe(1);
  });

  it("rejects what is larger than the server takes, and has saved nothing", async () => {
    const { createTable, operations } = mysqlStore(await poolIn("too_large"));
    await createTable();
    const tooLarge = operations.create("id", aRecord({ data: "x".repeat(17 << 20) }));
    await expect(tooLarge).rejects.toThrow(/max_allowed_packet/);
    // The server closes that connection.
    await until(async () => (await operations.read("id")) === undefined);
  });

  it("reads an index for each statement", async () => {
    const pool = await poolIn("indexed");
    const { createTable, operations } = mysqlStore(pool);
    await createTable();
    const records = Array.from({ length: 1000 }, (_, i) => operations.create(`id${i}`, aRecord({ owner: `${i}` })));
    await Promise.all(records);
    await pool.query("ANALYZE TABLE websession");
    const connection = await pool.getConnection();
    const examined = async (run: () => Promise<unknown>) => {
      await connection.query("FLUSH STATUS");
      await run();
      const [rows] = await connection.query<RowDataPacket[]>("SHOW SESSION STATUS LIKE 'Handler_read%'");
      return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
    };
    const own = mysqlStore(connection).operations;
    const { usedAt, expiresAt } = aRecord();
    expect(await examined(() => own.read("id7"))).toBeLessThan(10);
    expect(await examined(() => own.touch("id7", usedAt, expiresAt, 1))).toBeLessThan(10);
    expect(await examined(() => own.update("id7", aRecord({ version: 2 }), 1))).toBeLessThan(10);
    expect(await examined(async () => own.list?.("8", 100))).toBeLessThan(10);
    expect(await examined(async () => own.sweep?.())).toBeLessThan(10);
    expect(await examined(() => own.delete("id7"))).toBeLessThan(10);
    connection.release();
  });

  it("refuses a pool that wants callbacks, and names the cure", () => {
    const pool = createCallbackPool({});
    expect(() => Reflect.apply(mysqlStore, undefined, [pool])).toThrow(
      /^pool is one of mysql2, which needs callbacks: import createPool from mysql2\/promise, or give pool\.promise\(\)\.$/,
    );
    expect(() => mysqlStore(pool.promise())).not.toThrow();
  });
});
