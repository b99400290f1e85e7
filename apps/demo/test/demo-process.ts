import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

const directory = join(import.meta.dirname, "..");
const require = createRequire(import.meta.url);
const suffix = process.platform === "win32" ? ".exe" : "";

// The programs themselves: the shims in node_modules/.bin would keep the signals.
const denoProgram = join(dirname(require.resolve("deno/package.json")), `deno${suffix}`);
const bunProgram = join(dirname(require.resolve("bun/package.json")), "bin/bun.exe");

/** Where the demo runs: name, program, arguments. */
export const runtimes = [
  ["Node", "node", ["dist/node.js"]],
  ["Deno", denoProgram, ["run", "--allow-net", "--allow-env", "--allow-read", "--allow-write", "src/deno.ts"]],
  ["Bun", bunProgram, ["src/bun.ts"]],
] as const;

const started: ChildProcess[] = [];
const directories: string[] = [];
const sqliteOfNode = ["-e", "process.exit(process.getBuiltinModule?.('node:sqlite') ? 0 : 1)"];
const nodeHasSqlite = spawnSync("node", sqliteOfNode, { stdio: "ignore" }).status === 0;

export interface Server {
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

/** The demo, once it listens. */
export async function start(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Server> {
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
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown[]> {
  const exit = once(child, "exit");
  if (child.pid !== undefined) process.kill(child.pid, signal);
  return await exit;
}

/** For a demo that can't start. */
export async function failedStart(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ code: unknown; errors: string }> {
  const child = run(program, args, env);
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const [code] = await once(child, "close");
  return { code, errors };
}

/** Node has it from 22.13 on. */
export function hasSqlite(program: string): boolean {
  return program !== "node" || nodeHasSqlite;
}

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "websession-demo-"));
  directories.push(directory);
  return directory;
}

/** Ends what was started, and removes what was made. */
export async function cleanUp(): Promise<void> {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
}
