import type { SqliteDatabase } from "@websession/adapters/stores/sqlite";
import { memoryStore, type SessionStore } from "@websession/core";
import type { Place } from "./place.ts";

/** Where sessions live, as `SESSION_STORE` has chosen it. */
export interface OpenStore {
  readonly place: Place;
  /** Undefined where the data travels in the cookie. */
  readonly store: SessionStore | undefined;
  /** Disconnects. */
  readonly close: () => unknown;
}

type Kind = readonly [shape: RegExp, open: (where: string) => OpenStore | Promise<OpenStore>];

/** Only the chosen one's client is ever loaded. */
const kinds: readonly Kind[] = [
  [/^cookie$/, () => opened("cookie", undefined)],
  [/^memory$/, () => opened("memory", memoryStore())],
  [/^file:(.+)$/, openFiles],
  [/^sqlite:(.+)$/, openSqlite],
  [/^(rediss?:\/\/.+)$/, openRedis],
  [/^(postgres(?:ql)?:\/\/.+)$/, openPostgres],
  [/^(mysql:\/\/.+)$/, openMysql],
];

const account = "USER:PASSWORD@HOST/DATABASE";
const choices = `cookie, memory, file:DIR, sqlite:FILE, redis://HOST:PORT, postgres://${account}, mysql://${account}`;

/** For Node, Deno and Bun. Rejects where the setting is none of the choices, and where the database can't be opened. */
export async function openStore(setting: string): Promise<OpenStore> {
  for (const [shape, open] of kinds) {
    const match = shape.exec(setting);
    if (match) return await open(match[1] ?? "");
  }
  // The setting itself is not told: it may have a password in it.
  throw new Error(`SESSION_STORE must be one of: ${choices}`);
}

function opened(place: Place, store: SessionStore | undefined, close: () => unknown = () => {}): OpenStore {
  return { place, store, close };
}

async function openFiles(directory: string): Promise<OpenStore> {
  const { fileStore } = await import("@websession/adapters/stores/file");
  return opened("file", fileStore(directory));
}

interface SqliteModule {
  readonly DatabaseSync: new (file: string) => SqliteDatabase & { close(): void };
}

async function openSqlite(file: string): Promise<OpenStore> {
  // Not an import: Node 20 has no such module, and its types don't know it.
  const sqlite = process.getBuiltinModule("node:sqlite") as SqliteModule | undefined;
  if (!sqlite) throw new Error("SESSION_STORE=sqlite:FILE needs node:sqlite: Node 22.13 or newer, Deno or Bun.");
  const { sqliteStore } = await import("@websession/adapters/stores/sqlite");
  const db = new sqlite.DatabaseSync(file);
  db.exec("PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  const store = sqliteStore(db);
  await store.createTable();
  return opened("sqlite", store, () => db.close());
}

async function openRedis(url: string): Promise<OpenStore> {
  const [{ createClient }, { redisStore }] = await Promise.all([
    import("redis"),
    import("@websession/adapters/stores/redis"),
  ]);
  // A server that isn't there at the start is a mistake; one that goes away later comes back.
  let connected = false;
  const reconnectStrategy = (retries: number, cause: Error) => (connected ? Math.min(retries * 100, 2000) : cause);
  const client = createClient({ url, disableOfflineQueue: true, socket: { reconnectStrategy } });
  client.on("error", logLost);
  await client.connect();
  connected = true;
  return opened("redis", redisStore(client), () => client.destroy());
}

async function openPostgres(connectionString: string): Promise<OpenStore> {
  const [{ Pool }, { postgresStore }] = await Promise.all([
    import("pg"),
    import("@websession/adapters/stores/postgres"),
  ]);
  const pool = new Pool({ connectionString });
  pool.on("error", logLost);
  const store = postgresStore(pool);
  await store.createTable();
  return opened("postgres", store, () => pool.end());
}

async function openMysql(uri: string): Promise<OpenStore> {
  const [{ createPool }, { mysqlStore }] = await Promise.all([
    import("mysql2/promise"),
    import("@websession/adapters/stores/mysql"),
  ]);
  const pool = createPool({ uri, connectTimeout: 2000 });
  const store = mysqlStore(pool);
  await store.createTable();
  return opened("mysql", store, () => pool.end());
}

/** Of a connection that is not in use just now. Both clients make a new one; who listens to nothing ends the process. */
function logLost(error: Error): void {
  console.warn("connection to the store:", reasonOf(error));
}

/** Where a name has several addresses and none answers, the message is empty. */
export function reasonOf(error: Error & { code?: string }): string {
  return error.message || error.code || error.name;
}
