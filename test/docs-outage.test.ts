import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { transformSync } from "esbuild";
import { afterAll, beforeAll, describe, type ExpectStatic, expect, it } from "vitest";
import { Mariadb, noMariadb } from "../packages/adapters/test/stores/servers/mariadb.ts";
import { noMemcached, startMemcached } from "../packages/adapters/test/stores/servers/memcached.ts";
import { noPostgres, Postgres } from "../packages/adapters/test/stores/servers/postgres.ts";
import { noRedis, startRedis } from "../packages/adapters/test/stores/servers/redis.ts";
import { freePort, type ServerProcess } from "../packages/adapters/test/stores/servers/server-process.ts";
import { makeProject } from "./docs-project.ts";
import { environment } from "./examples.ts";

/** An application: for each line of its input one request that writes, and a line of output that tells of it. */
const application = `
import { createInterface } from "node:readline";
const { sessions } = await import(process.argv[2]);
for await (const _ of createInterface({ input: process.stdin })) {
  const started = Date.now();
  const outcome = await sessions
    .handle(new Request("http://localhost/"), (session) => new Response(String(session.set("visits", 1).size)))
    .then(({ status }) => ({ status }), ({ code, message }) => ({ code, message }));
  console.log("OUTCOME " + JSON.stringify({ ...outcome, milliseconds: Date.now() - started }));
}
process.exit();
`;

let project = "";
beforeAll(() => {
  project = makeProject();
  writeFileSync(join(project, "application.mjs"), application);
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

interface Outcome {
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  readonly milliseconds: number;
}

/** The example as a process of Node, which knows no TypeScript yet. */
function start(name: string, env: Record<string, string>) {
  const { code } = transformSync(readFileSync(join(project, name), "utf8"), { loader: "ts" });
  const file = `./${name.replace(/ts$/, "mjs")}`;
  writeFileSync(join(project, file), code);
  const child = spawn("node", ["application.mjs", file], {
    cwd: project,
    env: { ...process.env, ...environment, ...env },
  });
  let errors = "";
  child.stderr.on("data", (data) => {
    errors += data;
  });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const request = async (): Promise<Outcome> => {
    child.stdin.write("request\n");
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${name} ended:\n${errors}`);
      // memjs logs to the console too.
      const [, json] = /^OUTCOME (.*)/.exec(value) ?? [];
      if (json !== undefined) return JSON.parse(json);
    }
  };
  const stop = async () => {
    child.stdin.end();
    await exited;
  };
  const failure = async () => {
    const [status] = await exited;
    return { status, errors };
  };
  return { request, stop, failure };
}

/** Waits until the application works again. */
const recovery = (expect: ExpectStatic, request: () => Promise<Outcome>) =>
  expect.poll(request, { timeout: 20_000, interval: 200 }).toMatchObject({ status: 200 });

const CURE = /^The session store failed to create: .+\. .*(is running|is down|is not reached|listens there|was lost)/;

const stores: [
  name: string,
  isMissing: boolean,
  startServer: () => Promise<ServerProcess>,
  variable: string,
  url: string,
][] = [
  ["redis.ts", noRedis, () => startRedis(), "REDIS_URL", "redis://127.0.0.1:"],
  ["node-redis.ts", noRedis, () => startRedis(), "REDIS_URL", "redis://127.0.0.1:"],
  ["memcached.ts", noMemcached, () => startMemcached(), "MEMCACHED_SERVERS", "127.0.0.1:"],
];

describe.concurrent.each(stores)("docs/stores.md, %s", (name, isMissing, startServer, variable, url) => {
  it.skipIf(isMissing)(
    "fails soon and with the cure while its server is down or frozen, and goes on when it is back",
    async ({ expect }) => {
      const server = await startServer();
      await server.kill();
      const { request, stop } = start(name, { [variable]: `${url}${server.port}` });
      for (let times = 0; times < 2; times++) {
        const { code, message, milliseconds } = await request();
        expect(code).toBe("ERR_STORE");
        expect(message).toMatch(CURE);
        expect(milliseconds).toBeLessThan(5000);
      }
      await server.start();
      await recovery(expect, request);
      await server.freeze();
      const frozen = await request();
      server.resume();
      expect(frozen).toMatchObject({ code: "ERR_STORE" });
      expect(frozen.milliseconds).toBeLessThan(5000);
      await recovery(expect, request);
      await stop();
      await server.stop();
    },
    60_000,
  );
});

describe.concurrent("docs/stores.md, an example that makes its table first", () => {
  it.each(["postgres.ts", "mysql.ts"])("ends at once where its server is down: %s", async (name) => {
    const DATABASE_URL = `${name.split(".")[0]}://root@127.0.0.1:${await freePort()}/none`;
    const started = Date.now();
    const { status, errors } = await start(name, { DATABASE_URL }).failure();
    expect(status).toBe(1);
    expect(errors).toContain("ECONNREFUSED");
    expect(Date.now() - started).toBeLessThan(6000);
  });

  it.skipIf(noPostgres)(
    "fails soon and with the cure when PostgreSQL goes away",
    { timeout: 60_000 },
    async ({ expect }) => {
      const server = await Postgres.start();
      const { request, stop } = start("postgres.ts", { DATABASE_URL: await server.createDatabase("docs") });
      expect(await request()).toMatchObject({ status: 200 });
      await server.stop();
      for (let times = 0; times < 2; times++) {
        const { code, message, milliseconds } = await request();
        expect([code, message]).toEqual(["ERR_STORE", expect.stringMatching(CURE)]);
        expect(milliseconds).toBeLessThan(5000);
      }
      await stop();
    },
  );

  it.skipIf(noMariadb)(
    "fails soon and with the cure when MariaDB goes away or is frozen, and goes on when it is back",
    {
      timeout: 60_000,
    },
    async ({ expect }) => {
      const server = await Mariadb.start();
      const { request, stop } = start("mysql.ts", { DATABASE_URL: await server.createDatabase("docs") });
      expect(await request()).toMatchObject({ status: 200 });
      await server.process.kill();
      for (let times = 0; times < 2; times++) {
        const { code, message, milliseconds } = await request();
        expect([code, message]).toEqual(["ERR_STORE", expect.stringMatching(CURE)]);
        expect(milliseconds).toBeLessThan(5000);
      }
      await server.process.start();
      await recovery(expect, request);
      await server.process.freeze();
      const frozen = await request();
      server.process.resume();
      expect(frozen).toMatchObject({ code: "ERR_STORE" });
      expect(frozen.milliseconds).toBeLessThan(5000);
      await recovery(expect, request);
      await stop();
      await server.stop();
    },
  );
});
