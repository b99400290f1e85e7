import type { SessionRecord, StoreOperations } from "@websession/core";
import fc from "fast-check";
import { Redis } from "ioredis";
import { createPool } from "mysql2/promise";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, it } from "vitest";
import { inStore, inStoreWithCopies, inToken, large, small } from "../../../core/test/identity/modes.ts";
import { randomPace } from "../../../core/test/identity/pace.ts";
import { play } from "../../../core/test/identity/play.ts";
import { checkRules } from "../../../core/test/identity/rules.ts";
import { scenarios } from "../../../core/test/identity/scenario.ts";
import { mysqlStore } from "../../src/stores/mysql.ts";
import { postgresStore } from "../../src/stores/postgres.ts";
import { redisStore } from "../../src/stores/redis.ts";
import { Mariadb, noMariadb } from "./servers/mariadb.ts";
import { noPostgres, Postgres } from "./servers/postgres.ts";
import { noRedis, startRedis } from "./servers/redis.ts";

/** Once with many runs is enough; of two databases that speak SQL, for one of them. */
const FEW = 10;
const RUNS = "Deno" in globalThis || "Bun" in globalThis ? FEW : 50;
const modes = [inStore, inStoreWithCopies, inToken, small, large];

interface Connected {
  readonly operations: StoreOperations;
  close(): Promise<unknown>;
}

const servers: [name: string, isMissing: boolean, connect: () => Promise<Connected>, runs: number][] = [
  ["Redis", noRedis, connectRedis, RUNS],
  ["PostgreSQL", noPostgres, connectPostgres, RUNS],
  ["MariaDB", noMariadb, connectMariadb, FEW],
];

describe.each(servers)("sessions in %s", (_name, isMissing, connect, numRuns) => {
  let server: Connected;
  beforeAll(async () => {
    if (!isMissing) server = await connect();
  }, 60_000);
  afterAll(() => server?.close(), 20_000);

  it.skipIf(isMissing).each(modes)(
    "keep the rules of identity, in whatever order the server does what it is asked: $name",
    async (mode) => {
      const property = fc.asyncProperty(scenarios(mode), async (scenario) => {
        const beginning = Math.floor(Date.now() / 1000);
        const openStore = () => partOf(server.operations);
        await checkRules(await play({ mode, scenario, pace: randomPace(3), openStore, beginning }));
      });
      await fc.assert(property, { numRuns });
    },
    120_000,
  );
});

let parts = 0;

/** A part of a store that is as good as an empty one. */
function partOf(store: StoreOperations): StoreOperations {
  const part = `${parts++}.`;
  const inPart = (record: SessionRecord): SessionRecord =>
    record.owner === undefined ? record : { ...record, owner: part + record.owner };
  const outOfPart = (record: SessionRecord): SessionRecord =>
    record.owner === undefined ? record : { ...record, owner: record.owner.slice(part.length) };
  return {
    async read(id) {
      const record = await store.read(part + id);
      return record && outOfPart(record);
    },
    create: (id, record) => store.create(part + id, inPart(record)),
    update: (id, record, version) => store.update(part + id, inPart(record), version),
    touch: (id, ...times) => store.touch(part + id, ...times),
    delete: (id) => store.delete(part + id),
    async list(owner) {
      const records = (await store.list?.(part + owner)) ?? [];
      return records.map(({ id, record }) => ({ id: id.slice(part.length), record: outOfPart(record) }));
    },
  };
}

async function connectRedis(): Promise<Connected> {
  const server = await startRedis();
  const client = new Redis(server.port, "127.0.0.1");
  const close = async () => {
    client.disconnect();
    await server.stop();
  };
  return { operations: redisStore(client).operations, close };
}

async function connectPostgres(): Promise<Connected> {
  const server = await Postgres.start();
  const client = new Pool({ connectionString: await server.createDatabase("identity") });
  const { createTable, operations } = postgresStore(client);
  await createTable();
  const close = async () => {
    await client.end();
    await server.stop();
  };
  return { operations, close };
}

async function connectMariadb(): Promise<Connected> {
  const server = await Mariadb.start();
  const client = createPool(await server.createDatabase("identity"));
  const { createTable, operations } = mysqlStore(client);
  await createTable();
  const close = async () => {
    await client.end();
    await server.stop();
  };
  return { operations, close };
}
