import { createSessions, type Sessions } from "@websession/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redisStore } from "../../src/stores/redis.ts";
import { Crowd } from "./crowd.ts";
import { nodeRedis } from "./redis-helpers.ts";
import { noRedis, startRedis } from "./servers/redis.ts";
import type { ServerProcess } from "./servers/server-process.ts";
import { secrets, visit } from "./visits.ts";

/** Visitors at the same time. */
const SIZE = 100;

/** Milliseconds: how long Redis sleeps, what one operation may take, and by when a request is answered or refused for sure. */
const SLEEP = 5000;
const TIMEOUT = 1000;
const BOUND = 15_000;

describe.skipIf(noRedis)("sessions of a hundred visitors in Redis", () => {
  let server: ServerProcess;
  let connection: Awaited<ReturnType<typeof nodeRedis>>;
  let sessions: Sessions;

  beforeAll(async () => {
    server = await startRedis({ durable: true });
    connection = await nodeRedis(server.port);
    sessions = createSessions({ secrets, store: redisStore(connection.client), storeTimeout: TIMEOUT });
  });
  afterAll(async () => {
    connection?.close();
    await server?.stop();
  });

  it("outlive its death: errors meanwhile, nothing lost, nobody signed out, nothing that hangs", async () => {
    const crowd = await Crowd.of(SIZE, sessions);
    await crowd.served(6);
    await server.kill();
    await crowd.refused();
    await server.start();
    await crowd.served();
    expect(await crowd.leave()).toEqual([]);
    expect(crowd.longest).toBeLessThan(BOUND);
  }, 60_000);

  it("outlive five seconds in which it is frozen, just so", async () => {
    const crowd = await Crowd.of(SIZE, sessions);
    await crowd.served(6);
    await server.freeze();
    await crowd.refused();
    await new Promise((resolve) => setTimeout(resolve, SLEEP));
    await crowd.refused();
    server.resume();
    await crowd.served();
    expect(await crowd.leave()).toEqual([]);
    expect(crowd.longest).toBeLessThan(BOUND);
  }, 60_000);

  it("don't concern strangers", async () => {
    await server.freeze();
    const response = await visit(sessions, undefined, (session) => session.has("user"));
    server.resume();
    expect(response.status).toBe(200);
  });
});
