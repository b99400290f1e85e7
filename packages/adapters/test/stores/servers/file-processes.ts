import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { onTestFinished } from "vitest";

/** The worker as plain JavaScript: Node 20 runs no TypeScript. */
export async function buildWorker(folder: string): Promise<string> {
  const outfile = join(folder, "worker.mjs");
  const entryPoints = [join(import.meta.dirname, "file-worker.ts")];
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", logLevel: "warning" });
  return outfile;
}

export interface Worker {
  /** What it has told so far. */
  readonly told: string[];
  /** When it has told so much, or has ended. */
  until(lines: number): Promise<void>;
  ended(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

/** Starts a process of the runtime that the test is running in, until the test ends at the latest. */
export function start(script: string, args: readonly string[], { umask = "" } = {}): Worker {
  const before = "Deno" in globalThis ? ["run", "-A", "--no-config", "--no-lock"] : [];
  const child = spawn(process.execPath, [...before, script, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, WORKER_UMASK: umask },
  });
  const told: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => void told.push(line));
  const closed = Promise.all([once(child, "close"), once(lines, "close")]);
  // Deno's child.kill sends one signal only.
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(Number(child.pid), name);
    } catch (error) {
      // It has ended by itself.
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  };
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) signal("SIGKILL");
  });
  return {
    told,
    async until(count) {
      while (told.length < count && child.exitCode === null) await Promise.race([once(lines, "line"), closed]);
    },
    ended: async () => void (await closed),
    signal,
  };
}
