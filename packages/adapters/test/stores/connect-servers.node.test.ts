import { storeContract } from "@websession/core/testing";
import pgSimpleOf from "connect-pg-simple";
import { RedisStore } from "connect-redis";
import expressSession from "express-session";
import pg from "pg";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectStore } from "../../src/stores/connect.ts";
import { lastWinsCases } from "./last-wins-cases.ts";
import { aRecord, newId, seconds } from "./records.ts";
import { noPostgres, Postgres } from "./servers/postgres.ts";
import { noRedis, startRedis } from "./servers/redis.ts";

describe.skipIf(noRedis)("connectStore with connect-redis", async () => {
  const server = noRedis ? undefined : await startRedis();
  const client = createClient({ socket: { host: "127.0.0.1", port: server?.port ?? 0 } }).on("error", () => {});
  const connect = new RedisStore({ client });
  const { operations } = connectStore(connect);
  beforeAll(() => client.connect());
  afterAll(() => {
    client.destroy();
    return server?.stop();
  });

  for (const { name, run } of storeContract(operations)) it(name, run, 60_000);
  for (const { name, run } of lastWinsCases(connect)) it(name, run);

  it("has Redis remove a session at its end, as the last write or touch says", async () => {
    const [id, { usedAt }] = [newId(), aRecord()];
    await operations.create(id, aRecord({ expiresAt: seconds() + 100 }));
    expect(await client.ttl(`sess:${id}`)).toBeOneOf([99, 100]);
    await operations.touch(id, usedAt, seconds() + 1000, 1);
    expect(await client.ttl(`sess:${id}`)).toBeOneOf([999, 1000]);
  });

  it("takes what is no JSON, or no session, for damage and not for missing", async () => {
    for (const text of ["half a rec", "5", '{"user":"ada"}', '{"websession":"x"}']) {
      const id = newId();
      await client.set(`sess:${id}`, text);
      expect(await operations.read(id)).toMatchObject({ version: Number.NaN });
      expect(await operations.create(id, aRecord())).toBe(false);
      await operations.delete(id);
      expect(await operations.read(id)).toBeUndefined();
    }
  });

  it("rejects if its options fail, which that store does not tell to the callback", async () => {
    const ttl = () => {
      throw new RangeError("no such ttl");
    };
    const failing = connectStore(new RedisStore({ client, ttl })).operations;
    await expect(failing.create(newId(), aRecord())).rejects.toThrow("no such ttl");
  });

  it("rejects while there is no connection", async () => {
    const closed = connectStore(new RedisStore({ client: createClient() })).operations;
    await expect(closed.read(newId())).rejects.toThrow("The client is closed");
  });
});

describe.skipIf(noPostgres)("connectStore with connect-pg-simple", async () => {
  const server = noPostgres ? undefined : await Postgres.start();
  const pool = new pg.Pool({ connectionString: await server?.createDatabase("connect") });
  const PgStore = pgSimpleOf(expressSession);
  const connect = new PgStore({ pool, createTableIfMissing: true });
  const { operations } = connectStore(connect);
  afterAll(async () => {
    connect.close();
    await pool.end();
    await server?.stop();
  });

  for (const { name, run } of storeContract(operations, { many: 1000 })) it(name, run, 60_000);
  for (const { name, run } of lastWinsCases(connect)) it(name, run);

  it("has PostgreSQL know when a session ends, as the last write or touch says", async () => {
    const expiryOf = async (id: string) => {
      const { rows } = await pool.query(
        "SELECT extract(epoch FROM expire)::int AS expire FROM session WHERE sid = $1",
        [id],
      );
      return rows[0].expire;
    };
    const [id, record] = [newId(), aRecord()];
    await operations.create(id, record);
    expect(await expiryOf(id)).toBe(record.expiresAt);
    await operations.touch(id, record.usedAt, record.expiresAt + 1000, 1);
    expect(await expiryOf(id)).toBe(record.expiresAt + 1000);
  });

  it("has no list, as that store has no way to read all sessions", () => {
    expect(operations.list).toBeUndefined();
  });

  it("rejects if the table does not exist", async () => {
    const lost = connectStore(new PgStore({ pool, tableName: "lost", pruneSessionInterval: false })).operations;
    await expect(lost.read(newId())).rejects.toThrow('relation "lost" does not exist');
  });
});
