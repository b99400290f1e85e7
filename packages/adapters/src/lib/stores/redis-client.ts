import { SessionError } from "@websession/core";

/** What is called of a client, cluster, pool or sentinel of the package redis (node-redis). */
export interface NodeRedisLike {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** What is called of a client or cluster of the package ioredis. */
export interface IoRedisLike {
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  evalsha(sha1: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
}

/** A connected client of either package, for one server or for a cluster. */
export type RedisClient = NodeRedisLike | IoRedisLike;

/** How to run a Lua script on one key: by its text, or by the hash of a text that the server knows. */
export interface ScriptRunner {
  byText(text: string, key: string, args: string[]): Promise<unknown>;
  byHash(sha1: string, key: string, args: string[]): Promise<unknown>;
}

/** Scripts are all that is ever sent: the one command that every client routes by key, and never to a replica. */
export function scriptRunner(client: RedisClient): ScriptRunner {
  if ("evalSha" in client) return nodeRedis(client);
  if ("evalsha" in client) return ioRedis(client);
  throw new SessionError("ERR_INVALID_OPTION", "redisStore: client must be a client of redis or ioredis.");
}

function nodeRedis(client: NodeRedisLike): ScriptRunner {
  return {
    byText: (text, key, args) => client.eval(text, { keys: [key], arguments: args }),
    byHash: (sha1, key, args) => client.evalSha(sha1, { keys: [key], arguments: args }),
  };
}

function ioRedis(client: IoRedisLike): ScriptRunner {
  return {
    byText: (text, key, args) => client.eval(text, 1, key, ...args),
    byHash: (sha1, key, args) => client.evalsha(sha1, 1, key, ...args),
  };
}
