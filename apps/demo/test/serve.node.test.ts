import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, it } from "vitest";

const directory = join(import.meta.dirname, "..");
const require = createRequire(import.meta.url);
const suffix = process.platform === "win32" ? ".exe" : "";

// The programs themselves: the shims in node_modules/.bin would keep the signals.
const denoProgram = join(dirname(require.resolve("deno/package.json")), `deno${suffix}`);
const bunProgram = join(dirname(require.resolve("bun/package.json")), "bin/bun.exe");

const runtimes = [
  ["Node", "node", ["dist/node.js"]],
  ["Deno", denoProgram, ["run", "--allow-net", "--allow-env", "--allow-read", "--allow-write", "src/deno.ts"]],
  ["Bun", bunProgram, ["src/bun.ts"]],
] as const;

const paths = ["/spark-counter/", "/spark-counter/", "/session/", "/session/", "/session/", "/delete-spark/"];
const texts = [
  "Total visits: 1",
  "Total visits: 2",
  '{"visits":2}',
  '{"visits":2,"cart_item":{"apples":"10","banana":"20","pineapples":"30"}}',
  '{"visits":2,"cart_item":{"apples":"100","banana":"20","pineapples":"30"}}',
  "spark deleted",
];

const SECRET = "a secret for tests, of 32 bytes or more";

const started: ChildProcess[] = [];
const directories: string[] = [];
const sqliteOfNode = ["-e", "process.exit(process.getBuiltinModule?.('node:sqlite') ? 0 : 1)"];
const nodeHasSqlite = spawnSync("node", sqliteOfNode, { stdio: "ignore" }).status === 0;

interface Server {
  readonly child: ChildProcess;
  readonly url: string;
  readonly warnings: () => string;
}

function run(program: string, args: readonly string[], env: Record<string, string>): ChildProcessWithoutNullStreams {
  const { SESSION_SECRET: _, SESSION_STORE: __, ...rest } = process.env;
  const child = spawn(program, args, { cwd: directory, env: { ...rest, HOST: "127.0.0.1", PORT: "0", ...env } });
  started.push(child);
  return child;
}

async function start(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<Server> {
  const child = run(program, args, env);
  let warnings = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    warnings += text;
  });
  for await (const line of createInterface(child.stdout)) {
    const url = /^Listening on (http:\/\/127\.0\.0\.1:[1-9]\d*)$/.exec(line)?.[1];
    if (url !== undefined) return { child, url, warnings: () => warnings };
  }
  throw new Error(`${program} ended without listening: ${warnings}`);
}

/** Exit code and signal. Not `child.kill`: under Deno that would report the signal that it sent. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown[]> {
  const exit = once(child, "exit");
  if (child.pid !== undefined) process.kill(child.pid, signal);
  return await exit;
}

/** The texts of these paths, asked for by one visitor. */
async function walk(url: string, paths: readonly string[]): Promise<string[]> {
  let cookie = "";
  const texts: string[] = [];
  for (const path of paths) {
    const response = await fetch(url + path, { headers: { cookie } });
    cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? cookie;
    texts.push(await response.text());
  }
  return texts;
}

/** A connection such as browsers keep: one request, and it stays open. */
async function keepAlive(url: string, request = ""): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  await once(socket, "connect");
  if (request === "") return socket;
  socket.write(request);
  await once(socket, "data");
  return socket;
}

async function failedStart(program: string, args: readonly string[], env: Record<string, string>) {
  const child = run(program, args, env);
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const [code] = await once(child, "close");
  return { code, errors };
}

/** Node has it from 22.13 on. */
function hasSqlite(program: string): boolean {
  return program !== "node" || nodeHasSqlite;
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "websession-demo-"));
  directories.push(directory);
  return directory;
}

afterEach(async () => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
});

describe.each(runtimes)("the demo on %s", { timeout: 60_000 }, (_name, program, args) => {
  it("walks through the tutorial", async () => {
    const { url } = await start(program, args);
    expect(await walk(url, paths)).toEqual(texts);
  });

  it("walks through it with sessions in memory", async () => {
    const { url } = await start(program, args, { SESSION_STORE: "memory" });
    expect(await walk(url, paths)).toEqual(texts);
  });

  it.each(["file:DIR", "sqlite:DIR/sessions.db"])("keeps sessions in %s over a restart", async (setting) => {
    const env = { SESSION_SECRET: SECRET, SESSION_STORE: setting.replace("DIR", await temporaryDirectory()) };
    if (setting.startsWith("sqlite") && !hasSqlite(program)) {
      expect((await failedStart(program, args, env)).errors).toContain("needs node:sqlite: Node 22.13 or newer");
      return;
    }
    const first = await start(program, args, env);
    const response = await fetch(`${first.url}/spark-counter/`);
    const cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    expect(await end(first.child, "SIGTERM")).toEqual([0, null]);
    const second = await start(program, args, env);
    const again = await fetch(`${second.url}/spark-counter/`, { headers: { cookie } });
    expect([await again.text(), again.headers.getSetCookie()]).toEqual(["Total visits: 2", []]);
    expect(await end(second.child, "SIGTERM")).toEqual([0, null]);
  });

  it.each(["mysql://ada:secret@localhost/x", "memory:", "file:"])(
    "does not start with SESSION_STORE=%s",
    async (setting) => {
      const start = await failedStart(program, args, { SESSION_STORE: setting });
      expect(start.code).toBe(1);
      expect(start.errors).toMatch(/^SESSION_STORE must be one of: cookie, memory, file:DIR, sqlite:FILE, .+$/m);
      expect(start.errors).not.toMatch(/ada|^ +at /m);
    },
  );

  it("does not start without the database that it is to use", async () => {
    for (const setting of ["redis://127.0.0.1:1", "postgres://127.0.0.1:1/x"]) {
      const start = await failedStart(program, args, { SESSION_STORE: setting });
      expect(start.code).toBe(1);
      expect(start.errors).toMatch(/ECONNREFUSED|refused/);
    }
  });

  it.each(["SIGTERM", "SIGINT"] as const)("ends in order on %s, whatever connections are open", async (signal) => {
    const { url, child } = await start(program, args);
    const used = await keepAlive(url, "GET /untouched HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const unused = await keepAlive(url);
    expect(await end(child, signal)).toEqual([0, null]);
    used.destroy();
    unused.destroy();
  });

  it("makes a secret where it is given none, and says so", async () => {
    expect((await start(program, args)).warnings()).toContain("SESSION_SECRET is not set");
  });

  it("knows its sessions again after a restart with the same secret", async () => {
    const env = { SESSION_SECRET: SECRET };
    const first = await start(program, args, env);
    const response = await fetch(`${first.url}/spark-counter/`);
    const cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    await end(first.child, "SIGTERM");
    const second = await start(program, args, env);
    expect(await (await fetch(`${second.url}/spark-counter/`, { headers: { cookie } })).text()).toBe("Total visits: 2");
    expect(second.warnings()).toBe("");
  });
});
