import { Pool } from "pg";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type PgPool, type PostgresJs, postgresStore } from "../../src/stores/postgres.ts";
import { noPostgres, Postgres } from "./servers/postgres.ts";
import { ROUNDS } from "./sessions-in.ts";
import { sqlCases, sweepingCase } from "./sql-cases.ts";

interface Connected {
  client: PgPool | PostgresJs;
  end(): Promise<void>;
}

interface Bun {
  SQL: new (url: string) => PostgresJs & { end(): Promise<void> };
}

const { Bun } = globalThis as { Bun?: Bun };

const clients: [name: string, connect: (url: string) => Connected][] = [
  ["pg", connectPg],
  ["postgres.js", (url) => connectPostgresJs(url)],
  ["postgres.js without prepared statements", (url) => connectPostgresJs(url, { prepare: false })],
  ["postgres.js with names in camelCase", (url) => connectPostgresJs(url, { transform: postgres.camel })],
];
if (Bun) clients.push(["Bun.SQL", (url) => connectBunSql(Bun, url)]);

/** Much of everything takes its time: once is enough. */
const isNode = !("Deno" in globalThis || Bun);
const much = (name: string) =>
  name === "pg" && isNode ? { many: 10_000, rounds: ROUNDS.once } : { many: 100, rounds: ROUNDS.again };

let server: Postgres;
beforeAll(async () => {
  if (!noPostgres) server = await Postgres.start();
}, 60_000);
afterAll(() => server?.stop(), 20_000);

describe.skipIf(noPostgres).each(clients)("postgresStore on %s", (name, connect) => {
  let connected: Connected;
  beforeAll(async () => {
    connected = connect(await server.createDatabase(name.replace(/\W/g, "_").toLowerCase()));
  });
  afterAll(() => connected.end());

  sqlCases((options) => postgresStore(connected.client, options), much(name));
  if (name === "pg") sweepingCase((options) => postgresStore(connected.client, options));

  it("makes its table in silence where it is already there", async () => {
    const log = vi.spyOn(console, "log");
    const { createTable } = postgresStore(connected.client, { table: "silent" });
    await createTable();
    await createTable();
    expect(log).not.toHaveBeenCalled();
  });

  it("sweeps at the same time as others sweep and create, and takes nothing that is new", async () => {
    const { createTable, operations } = postgresStore(connected.client, { table: "busy" });
    await createTable();
    const ids = Array.from({ length: 300 }, (_, number) => `id${number}`);
    await Promise.all(ids.map((id) => operations.create(id, aRecord(-1))));
    const sweeping = Array.from({ length: 20 }, () => operations.sweep?.());
    const created = await Promise.all(ids.map((id) => operations.create(id, aRecord(60))));
    await Promise.all(sweeping);
    expect(created.every(Boolean)).toBe(true);
    expect((await Promise.all(ids.map(operations.read))).every(Boolean)).toBe(true);
  });
});

it.skipIf(noPostgres)("leaves to a sweep no record that is just being created anew", async () => {
  const pool = new Pool({ connectionString: await server.createDatabase("created_anew") });
  const { createTable, operations } = postgresStore(pool);
  await createTable();
  await operations.create("id", aRecord(-1));
  const other = await pool.connect();
  await other.query("BEGIN");
  expect(await postgresStore(other).operations.create("id", aRecord(60))).toBe(true);
  expect(await operations.sweep?.()).toBe(0);
  await other.query("COMMIT");
  other.release();
  expect(await operations.read("id")).toBeDefined();
  await pool.end();
});

// The last one: it ends the server.
it.skipIf(noPostgres)("rejects as the client does where the server is gone", async () => {
  const { client, end } = connectPg(await server.createDatabase("gone"));
  const { createTable, operations } = postgresStore(client);
  await createTable();
  await server.stop();
  await expect(operations.create("id", aRecord(60))).rejects.toThrow();
  await expect(operations.touch("id", 1, 2, 1)).rejects.toThrow();
  await end();
});

function connectPg(url: string): Connected {
  const pool = new Pool({ connectionString: url });
  // Without it, a connection that the server ends while it is idle ends the process.
  pool.on("error", () => {});
  return { client: pool, end: () => pool.end() };
}

function connectPostgresJs(url: string, options: postgres.Options<Record<string, never>> = {}): Connected {
  const sql = postgres(url, options);
  return { client: sql, end: () => sql.end() };
}

function connectBunSql({ SQL }: Bun, url: string): Connected {
  const sql = new SQL(url);
  return { client: sql, end: () => sql.end() };
}

function aRecord(ttl: number) {
  const time = Math.floor(Date.now() / 1000);
  return { version: 1, data: "{}", createdAt: time, usedAt: time, expiresAt: time + ttl };
}
