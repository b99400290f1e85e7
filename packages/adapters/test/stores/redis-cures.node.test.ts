import { createSessions, type SessionStore } from "@websession/core";
import { Cluster, Redis } from "ioredis";
import { createClient, createCluster } from "redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redisStore } from "../../src/stores/redis.ts";
import { newId } from "./records.ts";
import { noRedis, startRedis, startRedisCluster } from "./servers/redis.ts";
import type { ServerProcess } from "./servers/server-process.ts";
import { freePort } from "./servers/server-process.ts";
import { secrets } from "./sessions-in.ts";

const host = "127.0.0.1";

/** What a visitor's first write fails with. */
async function failureOf(store: SessionStore): Promise<string> {
  const sessions = createSessions({ secrets, store, storeTimeout: 500 });
  const failing = sessions.handle(new Request("http://localhost/"), (session) => {
    session.set("a", 1);
    return new Response();
  });
  return failing.then(
    () => expect.unreachable("it did not fail"),
    (error) => `${error.code} ${error.message}`,
  );
}

const NOT_CONNECTED =
  /^ERR_STORE The session store failed to create: .+\. Its client is not connected: call `await client\.connect\(\)`/;

describe.skipIf(noRedis)("an error of redisStore says what to do", () => {
  let server: ServerProcess;
  let admin: Redis;
  beforeAll(async () => {
    server = await startRedis();
    admin = new Redis(server.port, host);
  });
  afterAll(async () => {
    admin?.disconnect();
    await server?.stop();
  });

  it("where the client of redis was never connected, or is closed", async () => {
    const client = createClient({ socket: { host, port: server.port } });
    expect(await failureOf(redisStore(client))).toMatch(NOT_CONNECTED);
    await client.connect();
    client.destroy();
    expect(await failureOf(redisStore(client))).toMatch(NOT_CONNECTED);
  });

  it("where the client of ioredis is closed", async () => {
    const client = new Redis(server.port, host);
    await client.quit();
    expect(await failureOf(redisStore(client))).toMatch(NOT_CONNECTED);
  });

  it.each([
    ["retries end", { maxRetriesPerRequest: 1 }, NOT_CONNECTED],
    ["nothing is queued", { enableOfflineQueue: false }, NOT_CONNECTED],
    ["commands time out", { commandTimeout: 50 }, /Command timed out\. The server is down, overloaded or not reached/],
    [
      "nothing times out",
      { maxRetriesPerRequest: null },
      /no answer within 500 ms \(storeTimeout\)\. The server is down, overloaded or not reached, or/,
    ],
  ])("where the server of ioredis is down, and %s", async (_how, options, message) => {
    const client = new Redis({ host, port: await freePort(), retryStrategy: () => 20, ...options });
    client.on("error", () => {});
    expect(await failureOf(redisStore(client))).toMatch(message);
    client.disconnect();
  });

  it.each([
    ["commands time out", { commandOptions: { timeout: 50 } }, /TimeoutError\. The server is down, overloaded or not/],
    ["nothing is queued", { disableOfflineQueue: true }, NOT_CONNECTED],
  ])("where the server of redis is down, and %s", async (_how, options, message) => {
    const client = createClient({ socket: { host, port: await freePort(), reconnectStrategy: 20 }, ...options });
    client.on("error", () => {});
    client.connect().catch(() => {});
    expect(await failureOf(redisStore(client))).toMatch(message);
    client.destroy();
  });

  it("where no node of a cluster is reached", async () => {
    const socket = { host, port: await freePort() };
    for (const options of [{ enableOfflineQueue: false }, { clusterRetryStrategy: () => null }]) {
      const cluster = new Cluster([socket], options);
      cluster.on("error", () => {});
      expect(await failureOf(redisStore(cluster))).toMatch(NOT_CONNECTED);
      cluster.disconnect();
    }
    const cluster = createCluster({ rootNodes: [{ socket }] });
    await cluster.connect().catch(() => {});
    expect(await failureOf(redisStore(cluster))).toMatch(NOT_CONNECTED);
  });

  it("where the node of a cluster that has the session is down", async () => {
    const nodes = await startRedisCluster();
    const ports = nodes.map(({ port }) => ({ host, port }));
    const cluster = new Cluster(ports, { retryDelayOnFailover: 10, retryDelayOnClusterDown: 10 });
    cluster.on("error", () => {});
    const { operations } = redisStore(cluster);
    await operations.read(newId());
    await nodes[1]?.kill();
    const reads = await Promise.allSettled(Array.from({ length: 30 }, () => operations.read(newId())));
    const failures = reads.flatMap((read) => (read.status === "rejected" ? [read.reason] : []));
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures)
      expect(operations.cureFor?.(failure)).toMatch(/cluster.*look whether they are running/);
    cluster.disconnect();
    await Promise.all(nodes.map((node) => node.stop()));
  });

  it("where a script of somebody else keeps it busy", async () => {
    const busy = await startRedis();
    const [looping, client] = [new Redis(busy.port, host), new Redis(busy.port, host)];
    await client.config("SET", "busy-reply-threshold", "10");
    const ended = looping.eval("while true do end", 0).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await failureOf(redisStore(client))).toMatch(/BUSY .+\. A script of another client keeps Redis busy/);
    await client.script("KILL");
    await ended;
    for (const each of [looping, client]) each.disconnect();
    await busy.stop();
  });

  it("where it wants more replicas than it has", async () => {
    await admin.config("SET", "min-replicas-to-write", "1");
    expect(await failureOf(redisStore(admin))).toMatch(/NOREPLICAS .+\. Redis has fewer replicas than/);
    await admin.config("SET", "min-replicas-to-write", "0");
  });

  it("where the password is missing or wrong", async () => {
    await admin.config("SET", "requirepass", "secret");
    const without = new Redis({ host, port: server.port, enableReadyCheck: false });
    without.on("error", () => {});
    expect(await failureOf(redisStore(without))).toMatch(/NOAUTH .+\. Redis wants a password: give the client/);
    without.disconnect();
    await admin.config("SET", "requirepass", "");
  });

  it("where its user may not run scripts", async () => {
    await admin.call("ACL", "SETUSER", "reader", "on", ">secret", "~*", "+hmget", "+info", "+ping");
    const client = new Redis({ host, port: server.port, username: "reader", password: "secret" });
    expect(await failureOf(redisStore(client))).toMatch(/NOPERM .+ needs the right to EVAL, EVALSHA and HMGET/);
    client.disconnect();
  });

  it("where the server is a replica", async () => {
    const replica = await startRedis();
    const client = new Redis(replica.port, host);
    await client.replicaof(host, server.port);
    expect(await failureOf(redisStore(client))).toMatch(/READONLY .+\. This is a replica: give the store a client of/);
    client.disconnect();
    await replica.stop();
  });

  it("where it has no more memory", async () => {
    const small = await startRedis({ small: true });
    const client = new Redis(small.port, host);
    await client.config("SET", "maxmemory", "1");
    expect(await failureOf(redisStore(client))).toMatch(/OOM .+\. Redis has no more memory: raise `maxmemory`/);
    client.disconnect();
    await small.stop();
  });
});
