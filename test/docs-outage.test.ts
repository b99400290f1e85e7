import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { transformSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noMemcached, startMemcached } from "../packages/adapters/test/stores/servers/memcached.ts";
import { noRedis, startRedis } from "../packages/adapters/test/stores/servers/redis.ts";
import type { ServerProcess } from "../packages/adapters/test/stores/servers/server-process.ts";
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
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const request = async (): Promise<Outcome> => {
    child.stdin.write("request\n");
    for (;;) {
      const { value, done } = await lines.next();
      if (done) expect.unreachable(`${name} ended:\n${errors}`);
      // memjs logs to the console too.
      const [, json] = /^OUTCOME (.*)/.exec(value) ?? [];
      if (json !== undefined) return JSON.parse(json);
    }
  };
  const stop = async () => {
    child.stdin.end();
    await once(child, "exit");
  };
  return { request, stop };
}

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
        expect(message).toMatch(
          /^The session store failed to create: .+\. .*(is running|is down|is not reached|listens there)/,
        );
        expect(milliseconds).toBeLessThan(5000);
      }
      await server.start();
      await expect.poll(request, { timeout: 20_000, interval: 200 }).toMatchObject({ status: 200 });
      await server.freeze();
      const frozen = await request();
      server.resume();
      expect(frozen).toMatchObject({ code: "ERR_STORE" });
      expect(frozen.milliseconds).toBeLessThan(5000);
      await expect.poll(request, { timeout: 20_000, interval: 200 }).toMatchObject({ status: 200 });
      await stop();
      await server.stop();
    },
    60_000,
  );
});
