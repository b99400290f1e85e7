import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { createConnection } from "mysql2/promise";
import { isMissing, type Program, ServerProcess } from "./server-process.ts";

/** Debian keeps servers in a folder that only root has in its PATH. */
const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin"];
const server = folders.map((folder) => join(folder, "mariadbd")).find(existsSync) ?? "mariadbd";

export const noMariadb: boolean = isMissing(server, "mariadb-server");

/** The server refuses to run as root unless it is named. */
const user = process.getuid?.() === 0 ? ["--user=root"] : [];

const settings = [
  "--bind-address=127.0.0.1",
  "--skip-name-resolve",
  // What it has acknowledged outlives a killed process, not a power cut.
  "--innodb-flush-log-at-trx-commit=2",
  "--innodb-buffer-pool-size=16M",
  "--innodb-log-file-size=16M",
  "--max-allowed-packet=16M",
];

/** Makes the files of an empty server at the first start, in less than a second. */
const script = `
PATH="$PATH:${dirname(server)}"
[ -d data ] || mariadb-install-db "$@" --skip-test-db --auth-root-authentication-method=normal || exit 1
exec "${server}" "$@" --port="$PORT"`;

const mariadbd: Program = {
  command: "sh",
  args: (port, directory) => {
    const files = [`--datadir=${directory}/data`, `--socket=${directory}/socket`, `--pid-file=${directory}/pid`];
    return ["-c", script.replace("$PORT", `${port}`), "mariadbd", "--no-defaults", ...user, ...files, ...settings];
  },
  // The server speaks first.
  greeting: ["", ""],
};

/** A MariaDB of the test's own: root has no password. */
export class Mariadb {
  readonly process: ServerProcess;

  private constructor(process: ServerProcess) {
    this.process = process;
  }

  static async start(): Promise<Mariadb> {
    return new Mariadb(await ServerProcess.start(mariadbd));
  }

  /** The address of a new database. */
  async createDatabase(name: string): Promise<string> {
    await this.run(`CREATE DATABASE ${name}`);
    return this.address(name);
  }

  address(database: string, user = "root"): string {
    return `mysql://${user}@127.0.0.1:${this.process.port}/${database}`;
  }

  /** Statements of the administrator. */
  async run(...statements: string[]): Promise<void> {
    const connection = await createConnection(this.address(""));
    for (const statement of statements) await connection.query(statement);
    await connection.end();
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}
