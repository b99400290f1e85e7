import type { StoreOperations } from "@websession/core";
import { Cluster, Redis } from "ioredis";
import { createClient, createCluster, createSentinel } from "redis";
import { type IoRedisLike, type RedisClient, type RedisStoreOptions, redisStore } from "../../src/stores/redis.ts";

/** What the two packages' clients have in common here. */
export interface Connection {
  readonly client: RedisClient;
  close(): void;
}

const host = "127.0.0.1";

/** Tells of trouble on the connection; the command that meets it rejects too. */
const ignore = () => {};

/** Waits for an answer as long as it takes, or so many milliseconds. */
export async function nodeRedis(port: number, patience?: number): Promise<Connection> {
  const [inQueue, onSocket] = patience === undefined ? [] : [{ timeout: patience }, { socketTimeout: patience }];
  const commandOptions = inQueue ?? {};
  const client = createClient({ socket: { host, port, reconnectStrategy: 20, ...onSocket }, commandOptions });
  await client.on("error", ignore).connect();
  return { client, close: () => client.destroy() };
}

/** Waits for an answer as long as it takes, or so many milliseconds. */
export async function ioRedis(port: number, patience?: number): Promise<Connection & { client: Redis }> {
  const commandTimeout = patience === undefined ? {} : { commandTimeout: patience };
  const client = new Redis({ port, host, retryStrategy: () => 20, ...commandTimeout });
  client.on("error", ignore);
  return { client, close: () => client.disconnect() };
}

export async function nodeRedisCluster(ports: number[], useReplicas = false): Promise<Connection> {
  const client = createCluster({ rootNodes: ports.map((port) => ({ socket: { host, port } })), useReplicas });
  await client.on("error", ignore).connect();
  return { client, close: () => client.destroy() };
}

export async function ioRedisCluster(ports: number[], useReplicas = false): Promise<Connection> {
  const scaleReads = useReplicas ? "slave" : "master";
  const client = new Cluster(
    ports.map((port) => ({ host, port })),
    { scaleReads },
  );
  client.on("error", ignore);
  return { client, close: () => client.disconnect() };
}

/** `useReplicas` is what the store must not be led astray by. */
export async function nodeRedisSentinel(port: number): Promise<Connection> {
  const sentinelRootNodes = [{ host, port }];
  const client = createSentinel({ name: "sessions", sentinelRootNodes, replicaPoolSize: 1 });
  await client.on("error", ignore).connect();
  return { client, close: () => client.destroy() };
}

export async function ioRedisSentinel(port: number): Promise<Connection> {
  const client = new Redis({ name: "sessions", sentinels: [{ host, port }] });
  client.on("error", ignore);
  return { client, close: () => client.disconnect() };
}

/** Reads that the node has been asked for; those that replication does are none. */
export async function readsOf(redis: Redis): Promise<number> {
  const stats = await redis.info("stats");
  return Number(/keyspace_hits:(\d+)/.exec(stats)?.[1]) + Number(/keyspace_misses:(\d+)/.exec(stats)?.[1]);
}

export type OwnerStore = StoreOperations & Required<Pick<StoreOperations, "list">>;

export function operationsOf(client: RedisClient, options?: RedisStoreOptions): OwnerStore {
  const { operations } = redisStore(client, options);
  const { list } = operations;
  if (!list) throw new Error("redisStore has an index by owner");
  return Object.assign(operations, { list });
}

export const idsOf = async (store: OwnerStore, owner: string): Promise<string[]> =>
  (await store.list(owner)).map(({ id }) => id);

/** A client that counts the commands it sends, and does with each what the test says. */
export class Tap {
  sent = 0;
  /** Times that the caller waited: what is sent while something is on its way costs no further trip. */
  trips = 0;
  /** Called before each is sent, with its number from 1 on and its key. */
  before: (sent: number, key: string) => Promise<void> | void = () => {};
  #underway = 0;
  readonly client: IoRedisLike;

  constructor(client: IoRedisLike) {
    this.client = {
      // Follows an evalsha that was counted.
      eval: (text, ...rest) => client.eval(text, ...rest),
      evalsha: (sha1, count, key = "", ...rest) => this.#send(key, () => client.evalsha(sha1, count, key, ...rest)),
      hmget: (key, ...fields) => this.#send(key, async () => client.hmget?.(key, ...fields)),
      options: {},
    };
  }

  async #send(key: string, send: () => Promise<unknown>): Promise<unknown> {
    if (this.#underway++ === 0) this.trips++;
    try {
      await this.before(++this.sent, key);
      return await send();
    } finally {
      this.#underway--;
    }
  }

  /** What a call costs. */
  async cost(call: () => Promise<unknown>): Promise<{ sent: number; trips: number }> {
    [this.sent, this.trips] = [0, 0];
    await call();
    return { sent: this.sent, trips: this.trips };
  }
}
