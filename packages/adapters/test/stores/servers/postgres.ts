import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./server-process.ts";

/** Debian keeps PostgreSQL's programs out of PATH, a folder per version. */
const debian = "/usr/lib/postgresql";
const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, "bin")) : [];
const programs = ["initdb", "pg_ctl", "createdb"];
const bin = [...(process.env.PATH ?? "").split(delimiter), ...versions].find((dir) =>
  programs.every((program) => existsSync(join(dir, program))),
);

/** True, and a warning that names the cure, where PostgreSQL is not installed. In CI it is an error. */
export const noPostgres: boolean = bin === undefined;
if (noPostgres) {
  const message = "PostgreSQL is not installed, its tests can't run: apt-get install postgresql";
  if (process.env.CI === "true") throw new Error(message);
  console.warn(message);
}

const settings = {
  fsync: "off",
  full_page_writes: "off",
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
};

/** A PostgreSQL of the test's own, on a free port and in a temporary folder. */
export class Postgres {
  readonly #port: number;
  readonly #shell: ChildProcess;

  private constructor(port: number, shell: ChildProcess) {
    this.#port = port;
    this.#shell = shell;
  }

  static async start(): Promise<Postgres> {
    const port = await freePort();
    const shell = runAsPostgres(script(Object.entries({ ...settings, port })));
    const ready = new Promise((resolve) => shell.stdout?.on("data", resolve));
    const failed = once(shell, "close").then(() => Promise.reject(new Error("PostgreSQL did not start")));
    await Promise.race([ready, failed]);
    failed.catch(() => {});
    return new Postgres(port, shell);
  }

  /** The address of a new database. */
  async createDatabase(name: string): Promise<string> {
    const address = ["-h", "127.0.0.1", "-p", `${this.#port}`, "-U", "postgres"];
    await promisify(execFile)(join(String(bin), "createdb"), [...address, name]);
    return `postgres://postgres@127.0.0.1:${this.#port}/${name}`;
  }

  /** As often as one likes. */
  async stop(): Promise<void> {
    if (this.#shell.exitCode !== null) return;
    const stopped = once(this.#shell, "close");
    this.#shell.stdin?.end();
    await stopped;
  }
}

/** Its input ends when the test does, even when that is killed: then the server and its files go. */
const script = (options: [name: string, value: string | number][]) => `
set -e
umask 077
trap '' PIPE
folder=$(mktemp -d)
trap '"${bin}/pg_ctl" -D "$folder/data" -m immediate -w stop >&2; rm -rf "$folder"' EXIT
"${bin}/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >&2
"${bin}/pg_ctl" -D "$folder/data" -l "$folder/log" -o "${options.map(([name, value]) => `-c ${name}='${value}'`).join(" ")}" -w start >&2
echo ready
cat`;

/** PostgreSQL refuses to run as root. Detached, it outlives a Ctrl-C until it has cleaned up. */
function runAsPostgres(script: string): ChildProcess {
  const [command, ...args] = process.getuid?.() === 0 ? asPostgres : ["sh"];
  return spawn(command, [...args, "-c", script], { cwd: "/", detached: true, stdio: ["pipe", "pipe", "ignore"] });
}

const asPostgres = ["su", "postgres", "-s", "/bin/sh"] as const;
