import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqliteStore } from "../../src/stores/sqlite.ts";
import { ROUNDS } from "./sessions-in.ts";
import { sqlCases } from "./sql-cases.ts";
import { type OpenDatabase, sqliteDrivers } from "./sqlite-drivers.ts";

const drivers = sqliteDrivers();
if (drivers.length === 0) {
  console.warn(
    `sqliteStore is not tested here: Node ${process.versions.node} has no node:sqlite; Deno and Bun have it.`,
  );
  it.skip("needs node:sqlite, of Node 22.13 or newer");
}

describe.each(drivers)("sqliteStore on %s", (name, open) => {
  let folder: string;
  let file: string;
  let db: OpenDatabase;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "websession-sqlite-"));
    file = join(folder, "sessions.db");
    db = open(file);
  });
  afterAll(() => {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  });

  // Not in Node 20, and so nowhere else.
  sqlCases((options) => sqliteStore(db, options), { rounds: ROUNDS.once });

  it("shows another connection what it saved, and is still there after it was closed", async () => {
    const { createTable, operations } = sqliteStore(db, { table: "shared" });
    await createTable();
    await operations.create("id", aRecord("1"));
    const other = open(file);
    const theirs = sqliteStore(other, { table: "shared" }).operations;
    expect(await theirs.update("id", { ...aRecord("2"), version: 2 }, 1)).toBe("saved");
    other.close();
    expect(await operations.update("id", aRecord("3"), 1)).toBe("changed");
    expect((await operations.read("id"))?.data).toBe("2");
  });

  it("rejects while another connection holds the lock, and has saved nothing", async () => {
    const { createTable, operations } = sqliteStore(db, { table: "locked" });
    await createTable();
    await operations.create("id", aRecord("1"));
    const other = open(file);
    other.exec("BEGIN IMMEDIATE");
    db.exec("PRAGMA busy_timeout = 1");
    await expect(operations.update("id", { ...aRecord("2"), version: 2 }, 1)).rejects.toThrow(/locked/);
    db.exec("PRAGMA busy_timeout = 5000");
    other.exec("ROLLBACK");
    other.close();
    expect((await operations.read("id"))?.data).toBe("1");
    expect(await operations.update("id", { ...aRecord("2"), version: 2 }, 1)).toBe("saved");
  });

  it("loses no update of several processes", async () => {
    const { createTable, operations } = sqliteStore(db);
    await createTable();
    await operations.create("counter", aRecord("0"));
    await Promise.all([1, 2, 3].map(() => run("sqlite-writer.ts", name, file, "counter", "200", "3")));
    expect(await operations.read("counter")).toMatchObject({ data: "600", version: 601 });
  }, 20_000);

  it("is swept by several processes at once: each record once, no living one, and nobody fails", async () => {
    const { createTable, operations } = sqliteStore(db, { table: "swept_by_processes" });
    await createTable();
    db.exec("BEGIN");
    for (let i = 0; i < 4000; i++) await operations.create(`id${i}`, { ...aRecord("{}"), expiresAt: 1 });
    for (let i = 0; i < 100; i++) await operations.create(`living${i}`, { ...aRecord("{}"), owner: "ada" });
    db.exec("COMMIT");
    const sums = await Promise.all([1, 2, 3].map(() => run("sqlite-sweeper.ts", name, file, "3")));
    expect(sums.reduce((sum, each) => sum + Number(each), 0)).toBe(4000);
    expect(await operations.list?.("ada")).toHaveLength(100);
  }, 20_000);
});

function aRecord(data: string) {
  const time = Math.floor(Date.now() / 1000);
  return { version: 1, data, createdAt: time, usedAt: time, expiresAt: time + 60 };
}

/** A process of its own; gives what it prints. */
async function run(script: string, ...args: string[]): Promise<string> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  return (await promisify(execFile)(process.execPath, [...runtimeOptions(), file, ...args])).stdout;
}

/** What it takes to run a TypeScript file. */
function runtimeOptions(): string[] {
  if ("Deno" in globalThis) return ["run", "-A", "--cached-only"];
  return "Bun" in globalThis ? [] : ["--experimental-strip-types", "--no-warnings"];
}
