import { execFile } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDynamo } from "../packages/adapters/test/stores/servers/dynamo.ts";
import { Mariadb, noMariadb } from "../packages/adapters/test/stores/servers/mariadb.ts";
import { noMemcached, startMemcached } from "../packages/adapters/test/stores/servers/memcached.ts";
import { noPostgres, Postgres } from "../packages/adapters/test/stores/servers/postgres.ts";
import { noRedis, startRedis } from "../packages/adapters/test/stores/servers/redis.ts";
import { makeProject } from "./docs-project.ts";
import { environment, ISSUED } from "./examples.ts";
import { read, root } from "./helpers.ts";

/** An example exports sessions. */
const visit = `
const { sessions } = await import(process.argv[2]);
const session = await sessions.load(new Request("http://localhost/"));
session.set("visits", 1);
const response = await sessions.commit(session, new Response("ok"));
console.log(response.headers.getSetCookie().join());
process.exit();
`;

let project = "";

/** The lines of the docs that print the SQL of a table into a file. */
const printing = [...read("docs/stores.md").matchAll(/^ *\$ (node --input-type=module .+ > (\w+\.sql))$/gm)];

/** An example whose table only such a file has made. */
const migrated = (name: string, client: string, runsSql: string) => `
import { readFileSync } from "node:fs";
${client}
import { ${name}Store } from "@websession/adapters/stores/${name}";
import { createSessions } from "@websession/core";

await client.${runsSql}(readFileSync("${name}.sql", "utf8"));
export const sessions = createSessions({ secrets: process.env.SESSION_SECRET, store: ${name}Store(client) });
`;

const migrations: [name: string, code: string][] = [
  [
    "migrated-sqlite.mjs",
    migrated(
      "sqlite",
      'import { DatabaseSync } from "node:sqlite"; const client = new DatabaseSync("migrated.db");',
      "exec",
    ),
  ],
  [
    "migrated-postgres.mjs",
    migrated(
      "postgres",
      'import { Pool } from "pg"; const client = new Pool({ connectionString: process.env.DATABASE_URL });',
      "query",
    ),
  ],
  [
    "migrated-mysql.mjs",
    migrated(
      "mysql",
      'import { createPool } from "mysql2/promise"; const client = createPool(process.env.DATABASE_URL);',
      "query",
    ),
  ],
];

beforeAll(() => {
  project = makeProject();
  writeFileSync(join(project, "visit.mjs"), visit);
  for (const [name, code] of migrations) writeFileSync(join(project, name), code);
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Its output; rejects with it where the program fails. */
async function run(program: "bun" | "deno", args: string[], env: Record<string, string> = {}): Promise<string> {
  const file = join(root, "node_modules/.bin", program);
  // What Deno keeps between runs, a database of Deno KV for one, stays in the project.
  const options = { cwd: project, env: { ...process.env, ...environment, DENO_DIR: join(project, ".deno"), ...env } };
  return (await promisify(execFile)(file, args, options)).stdout.trim();
}

const inBun = (name: string, env?: Record<string, string>) => run("bun", ["visit.mjs", `./${name}`], env);
const inDeno = (name: string, env?: Record<string, string>) =>
  run("deno", ["run", "-A", "--cached-only", "--unstable-kv", "visit.mjs", `./${name}`], env);

describe("docs/stores.md", { timeout: 60_000 }, () => {
  it("has examples that Deno compiles, with its own types and those of the packages", async () => {
    const names = ["stored.ts", "sqlite.ts", "deno-kv.ts", "redis.ts", "node-redis.ts", "postgres.ts", "mysql.ts"];
    await run("deno", ["check", "--unstable-kv", ...names]);
  });

  it("keeps a session in SQLite, in Deno and Bun", async () => {
    const SESSION_DATABASE = join(project, "sessions.db");
    expect(await inDeno("sqlite.ts", { SESSION_DATABASE })).toMatch(ISSUED);
    expect(await inBun("sqlite.ts", { SESSION_DATABASE })).toMatch(ISSUED);
  });

  it("keeps a session in Deno KV", async () => {
    expect(await inDeno("deno-kv.ts")).toMatch(ISSUED);
  });

  it("keeps a session in any storage of unstorage", async () => {
    expect(await inBun("unstorage.ts")).toMatch(ISSUED);
  });

  it("keeps a session in any store of express-session", async () => {
    const SESSION_DIRECTORY = join(project, "sessions");
    expect(await inBun("connect.ts", { SESSION_DIRECTORY })).toMatch(ISSUED);
    expect(readdirSync(SESSION_DIRECTORY)).toEqual([expect.stringMatching(/^[\w-]{22}\.json$/)]);
  });

  it.skipIf(noRedis)("keeps a session in Redis", async () => {
    const server = await startRedis();
    const env = { REDIS_URL: `redis://127.0.0.1:${server.port}` };
    expect(await inBun("redis.ts", env)).toMatch(ISSUED);
    expect(await inBun("node-redis.ts", env)).toMatch(ISSUED);
    await server.stop();
  });

  it("prints the SQL of a table into a file, for a migration", async () => {
    for (const [, line = ""] of printing) await promisify(execFile)("sh", ["-c", line], { cwd: project });
    const [sqlite, postgres, mysql, d1] = ["sqlite", "postgres", "mysql", "d1"].map((name) =>
      readFileSync(join(project, `${name}.sql`), "utf8"),
    );
    expect([postgres, d1]).toEqual([sqlite, sqlite]);
    expect(mysql).toMatch(/^CREATE TABLE IF NOT EXISTS `websession` /);
    expect(await inBun("migrated-sqlite.mjs")).toMatch(ISSUED);
  });

  it.skipIf(noPostgres)("keeps a session in PostgreSQL", async () => {
    const server = await Postgres.start();
    expect(await inBun("postgres.ts", { DATABASE_URL: await server.createDatabase("docs") })).toMatch(ISSUED);
    const DATABASE_URL = await server.createDatabase("migrated");
    expect(await inBun("migrated-postgres.mjs", { DATABASE_URL })).toMatch(ISSUED);
    await server.stop();
  });

  it.skipIf(noMariadb)("keeps a session in MariaDB", async () => {
    const server = await Mariadb.start();
    expect(await inBun("mysql.ts", { DATABASE_URL: await server.createDatabase("docs") })).toMatch(ISSUED);
    const DATABASE_URL = await server.createDatabase("migrated");
    expect(await inBun("migrated-mysql.mjs", { DATABASE_URL })).toMatch(ISSUED);
    await server.stop();
  });

  it.skipIf(noMemcached)("keeps a session in memcached", async () => {
    const server = await startMemcached();
    expect(await inBun("memcached.ts", { MEMCACHED_SERVERS: `127.0.0.1:${server.port}` })).toMatch(ISSUED);
    await server.stop();
  });

  it("keeps a session in DynamoDB", async () => {
    const server = await startDynamo("sessions");
    const access = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
    expect(await inBun("dynamo.ts", { ...access, AWS_ENDPOINT_URL_DYNAMODB: server.endpoint })).toMatch(ISSUED);
    server.stop();
  });
});
