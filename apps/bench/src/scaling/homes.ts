import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { redisStore } from "@websession/adapters/stores/redis";
import { sqliteStore } from "@websession/adapters/stores/sqlite";
import { memoryStore } from "@websession/core";
import { createClient } from "redis";
import { startRedis } from "../../../../packages/adapters/test/stores/servers/redis.ts";
import type { Home } from "./home.ts";

async function memory(): Promise<Home> {
  return {
    name: "memory",
    store: memoryStore({ max: 2_000_000 }),
    batch: (add) => add(),
    async bytes() {
      gc?.();
      return process.memoryUsage().heapUsed;
    },
    close: async () => {},
  };
}

async function sqlite(): Promise<Home> {
  const folder = mkdtempSync(join(tmpdir(), "websession-bench-"));
  const db = new DatabaseSync(join(folder, "sessions.db"));
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  const store = sqliteStore(db);
  await store.createTable();
  const pragma = (name: string) => Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  return {
    name: "SQLite",
    store,
    async batch(add) {
      db.exec("BEGIN");
      await add();
      db.exec("COMMIT");
    },
    bytes: async () => pragma("page_count") * pragma("page_size"),
    async close() {
      db.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function redis(): Promise<Home> {
  const server = await startRedis();
  const client = createClient({ socket: { host: "127.0.0.1", port: server.port } });
  await client.connect();
  return {
    name: "Redis",
    store: redisStore(client),
    batch: (add) => add(),
    async bytes() {
      const [, used] = /used_memory:(\d+)/.exec(String(await client.info("memory"))) ?? [];
      return Number(used);
    },
    async close() {
      client.destroy();
      await server.stop();
    },
  };
}

export const homes: readonly (() => Promise<Home>)[] = [memory, sqlite, redis];
