import { cureForConnection } from "./cures.ts";

const notConnected =
  "Its client is not connected: call `await client.connect()` once, and look whether the server is running";
const tooSlow = "The server is down, overloaded or not reached in the time that the client is given";

/** What the two clients and the server say, and what to do about it. */
const cures: readonly (readonly [pattern: RegExp, cure: string])[] = [
  [/^The client is closed|^Connection is closed|^The client is offline/, notConnected],
  [/^Stream isn't writeable|max retries per request|^Socket closed/, notConnected],
  [/^Cluster isn't ready|^None of startup nodes/, notConnected],
  [
    /^Too many Cluster redirections/,
    "Nodes of the cluster are down, or changing: look whether they are running, and try again",
  ],
  [/timed out|timeout/i, tooSlow],
  [/^OOM /, "Redis has no more memory: raise `maxmemory`, or remove what else is in it"],
  [/^READONLY /, "This is a replica: give the store a client of the master"],
  [/^(NOAUTH|WRONGPASS) /, "Redis wants a password: give the client the right one"],
  [/^NOPERM /, "The user of Redis needs the right to EVAL, EVALSHA and HMGET on the keys of the store"],
  [
    /^WRONGTYPE /,
    "Another application keeps something else under the store's keys: give the store a `prefix` of its own",
  ],
  [/^(LOADING|CLUSTERDOWN|MASTERDOWN|TRYAGAIN) /, "Redis is starting, or its cluster is changing: try again"],
  [/^MISCONF /, "Redis can't write to its disk: look at its log"],
  [/^BUSY /, "A script of another client keeps Redis busy: end it with SCRIPT KILL"],
  [/^NOREPLICAS /, "Redis has fewer replicas than its `min-replicas-to-write`: look whether they are running"],
];

/** What to do about an error of Redis or of its client, in one sentence. */
export function cureForRedis(error: unknown): string | undefined {
  // The time-outs of node-redis have no message.
  const says = error instanceof Error ? error.message || error.constructor.name : "";
  return cureForConnection(error) ?? cures.find(([pattern]) => pattern.test(says))?.[1];
}
