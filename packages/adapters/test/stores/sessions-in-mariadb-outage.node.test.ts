import { createSessions, type Sessions } from "@websession/core";
import { createPool, type Pool } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SqlStore } from "../../src/lib/stores/sql-store.ts";
import { mysqlStore } from "../../src/stores/mysql.ts";
import { Crowd } from "./crowd.ts";
import { aRecord, newId } from "./records.ts";
import { Mariadb, noMariadb } from "./servers/mariadb.ts";
import { secrets, visit } from "./visits.ts";

/** Visitors at the same time. */
const SIZE = 100;

/** Milliseconds: how long MariaDB sleeps, what one operation may take, and by when a request is answered or refused for sure. */
const SLEEP = 3000;
const TIMEOUT = 1000;
const BOUND = 15_000;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe.skipIf(noMariadb)("sessions of a hundred visitors in MariaDB", () => {
  let server: Mariadb;
  let pool: Pool;
  let store: SqlStore;
  let sessions: Sessions;

  beforeAll(async () => {
    server = await Mariadb.start();
    pool = createPool({ uri: await server.createDatabase("outage") });
    store = mysqlStore(pool);
    await store.createTable();
    sessions = createSessions({ secrets, store, storeTimeout: TIMEOUT });
  });
  afterAll(async () => {
    await pool?.end();
    await server?.stop();
  });

  it("outlive its death: errors meanwhile, nothing lost, nobody signed out, nothing that hangs", async () => {
    const crowd = await Crowd.of(SIZE, sessions);
    await crowd.served(6);
    await server.process.kill();
    await crowd.refused();
    await server.process.start();
    await crowd.served();
    expect(await crowd.leave()).toEqual([]);
    expect(crowd.longest).toBeLessThan(BOUND);
  }, 60_000);

  it("outlive seconds in which it is frozen, just so", async () => {
    const crowd = await Crowd.of(SIZE, sessions);
    await crowd.served(6);
    await server.process.freeze();
    await crowd.refused();
    await pause(SLEEP);
    await crowd.refused();
    server.process.resume();
    await crowd.served();
    expect(await crowd.leave()).toEqual([]);
    expect(crowd.longest).toBeLessThan(BOUND);
  }, 60_000);

  it("are not said to be saved while it is frozen, and are there once that is said", async () => {
    await server.process.freeze();
    const ids = Array.from({ length: 30 }, newId);
    let answers = 0;
    const creating = ids.map((id) => store.operations.create(id, aRecord()).finally(() => answers++));
    await pause(TIMEOUT);
    expect(answers).toBe(0);
    server.process.resume();
    expect(await Promise.all(creating)).not.toContain(false);
    expect(await Promise.all(ids.map(store.operations.read))).not.toContain(undefined);
  });

  it("don't concern strangers", async () => {
    await server.process.freeze();
    const response = await visit(sessions, undefined, (session) => session.has("user"));
    server.process.resume();
    expect(response.status).toBe(200);
  });
});
