import { cureForConnection } from "./cures.ts";

const noAnswer =
  "The server is down, overloaded or not reached: look whether it is running, and at the servers of the client";

/** What memjs and memcached say, and what to do about it. */
const cures: readonly (readonly [says: RegExp, cure: string])[] = [
  [/started with -C/, "Start memcached without -C: of two writers at once one would be lost"],
  [/status 3\b/, "Keep less in the session, or start memcached with a higher -I (1 MB by default)"],
  [/status 130\b/, "memcached has no more memory: start it with a higher -m"],
  [/status (8|32)\b/, "memcached wants a user and a password: give them to the client"],
  [/no answer|No servers available|timed out|timeout/i, noAnswer],
];

/** What to do about an error of memcached or of its client, in one sentence. */
export function cureForMemcached(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : "";
  return cureForConnection(error) ?? cures.find(([says]) => says.test(message))?.[1];
}
