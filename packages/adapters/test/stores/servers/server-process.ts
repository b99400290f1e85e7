import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** True, and a warning that names the cure, where a test's server is not installed. In CI it is an error. */
export function isMissing(program: string, aptPackage: string): boolean {
  if (spawnSync(program, ["--version"]).error === undefined) return false;
  const message = `${program} is not installed, its tests can't run: apt-get install ${aptPackage}`;
  if (process.env.CI === "true") throw new Error(message);
  console.warn(message);
  return true;
}

/** A port of the loopback that nobody uses. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Sends a line to a server, and resolves with the beginning of its answer. */
export async function say(port: number, line: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    socket.write(`${line}\r\n`);
    const [answer] = await once(socket, "data");
    return String(answer);
  } finally {
    socket.destroy();
  }
}

/** Until it is so; what throws isn't yet. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (const patience = Date.now() + 20_000; Date.now() < patience; ) {
    if (
      await Promise.resolve()
        .then(isSo)
        .catch(() => false)
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Waited in vain until ${isSo}`);
}

export interface Program {
  readonly command: string;
  readonly args: (port: number, directory: string) => string[];
  /** A line, and how the answer begins once the server is ready. */
  readonly greeting: readonly [say: string, hear: string];
}

/** A server of a test's own, on a port of its own, that can be killed and started again, frozen and resumed. */
export class ServerProcess {
  readonly port: number;
  readonly #program: Program;
  readonly #directory: string = mkdtempSync(join(tmpdir(), "websession-"));
  readonly #killAtExit = () => this.#child?.kill("SIGKILL");
  #child: ChildProcess | undefined;

  private constructor(program: Program, port: number) {
    this.#program = program;
    this.port = port;
  }

  static async start(program: Program): Promise<ServerProcess> {
    const server = new ServerProcess(program, await freePort());
    process.once("exit", server.#killAtExit);
    await server.start();
    return server;
  }

  /** Starts it, again too: same port, same files. */
  async start(): Promise<void> {
    const { command, args, greeting } = this.#program;
    this.#child = spawn(command, args(this.port, this.#directory), { cwd: this.#directory, stdio: "ignore" });
    await until(async () => (await say(this.port, greeting[0])).startsWith(greeting[1]));
  }

  /** SIGKILL: no goodbye, nothing flushed. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  }

  /** SIGSTOP: connections stay open, and nothing answers. */
  async freeze(): Promise<void> {
    this.#signal("SIGSTOP");
    await until(
      () => execFileSync("ps", ["-o", "state=", "-p", String(this.#child?.pid)], { encoding: "utf8" })[0] === "T",
    );
  }

  /** SIGCONT: what was sent meanwhile is answered now. */
  resume(): void {
    this.#signal("SIGCONT");
  }

  // Deno's `child.kill` sends one signal in a child's life.
  #signal(signal: NodeJS.Signals): void {
    if (this.#child?.pid !== undefined) process.kill(this.#child.pid, signal);
  }

  async stop(): Promise<void> {
    await this.kill();
    process.off("exit", this.#killAtExit);
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
