import { SessionError } from "@websession/core";
import { checkOption } from "./check-option.ts";

/** What is called of a client, cluster, pool or sentinel of the package redis (node-redis). */
export interface NodeRedisLike {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  hmGet?(key: string, fields: string[]): Promise<unknown>;
}

/** What is called of a client or cluster of the package ioredis. */
export interface IoRedisLike {
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  evalsha(sha1: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  hmget?(key: string, ...fields: string[]): Promise<unknown>;
  readonly options?: object;
}

/** A connected client of either package, for one server or for a cluster. */
export type RedisClient = NodeRedisLike | IoRedisLike;

/** The commands that the store sends. Each has one key. */
export interface RedisCommands {
  /** Runs a Lua script: by its text, or by the hash of a text that the server knows. */
  byText(text: string, key: string, args: string[]): Promise<unknown>;
  byHash(sha1: string, key: string, args: string[]): Promise<unknown>;
  /** HMGET. Undefined if the client may send it to a replica, or answer it from a cache: scripts always go to the master. */
  readonly fields: ((key: string, names: string[]) => Promise<unknown>) | undefined;
}

export function commandsOf(client: RedisClient): RedisCommands {
  if ("evalSha" in Object(client)) return nodeRedis(client as NodeRedisLike);
  if ("evalsha" in Object(client)) return ioRedis(client as IoRedisLike);
  throw new SessionError("ERR_INVALID_OPTION", "redisStore: client must be a client of redis or ioredis.");
}

function nodeRedis(client: NodeRedisLike): RedisCommands {
  const readsFromMaster = typeof client.hmGet === "function" && !mayReadElsewhere(client);
  return {
    byText: (text, key, args) => client.eval(text, { keys: [key], arguments: args }),
    byHash: (sha1, key, args) => client.evalSha(sha1, { keys: [key], arguments: args }),
    fields: readsFromMaster ? async (key, names) => client.hmGet?.(key, names) : undefined,
  };
}

/** Clusters and sentinels don't show whether they use replicas; a cache on the client's side may be behind. */
function mayReadElsewhere(client: object): boolean {
  const { clientSideCache } = client as { clientSideCache?: unknown };
  return "slots" in client || "getMasterNode" in client || clientSideCache !== undefined;
}

function ioRedis(client: IoRedisLike): RedisCommands {
  const { options = {} } = client;
  checkOption(
    !("role" in options) || options.role !== "slave",
    'redisStore: client must not have role "slave": a replica refuses writes, and may have what was revoked. Leave role out',
  );
  const readsFromMaster = typeof client.hmget === "function" && scaleReadsOf(client) === "master";
  return {
    byText: (text, key, args) => client.eval(text, 1, key, ...args),
    byHash: (sha1, key, args) => client.evalsha(sha1, 1, key, ...args),
    fields: readsFromMaster ? async (key, names) => client.hmget?.(key, ...names) : undefined,
  };
}

/** Undefined if the client doesn't show its options. That of one server has no `scaleReads`. */
function scaleReadsOf({ options }: IoRedisLike): unknown {
  return options && ("scaleReads" in options ? options.scaleReads : "master");
}
