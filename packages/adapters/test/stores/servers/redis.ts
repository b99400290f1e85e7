import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, isMissing, type Program, ServerProcess, say, until } from "./server-process.ts";

export const noRedis: boolean = isMissing("redis-server", "redis-server");

const basics = (port: number, directory: string) => ["--bind", "127.0.0.1", "--port", `${port}`, "--dir", directory];
/** A replica need not wait 5 seconds for others. */
const promptly = ["--repl-diskless-sync-delay", "0"];
const greeting = ["PING", "+PONG"] as const;

const forgetful: Program = {
  command: "redis-server",
  args: (port, directory) => [...basics(port, directory), "--save", "", "--appendonly", "no", ...promptly],
  greeting,
};

const durable: Program = {
  command: "redis-server",
  args: (port, directory) => [...basics(port, directory), "--appendonly", "yes", "--appendfsync", "always"],
  greeting,
};

const small: Program = {
  ...forgetful,
  args: (port, directory) => [
    ...forgetful.args(port, directory),
    ...["--maxmemory", "5mb", "--maxmemory-policy", "noeviction"],
  ],
};

/**
 * A Redis of the test's own. A durable one keeps what it has acknowledged, even when it is killed; a small one has 5 MB, and
 * refuses what is more.
 */
export function startRedis(options: { durable?: boolean; small?: boolean } = {}): Promise<ServerProcess> {
  return ServerProcess.start(options.durable ? durable : options.small ? small : forgetful);
}

/** Three nodes that share the 16384 slots; resolves when each of them sees the cluster as complete. */
export async function startRedisCluster(): Promise<ServerProcess[]> {
  const busPorts = await Promise.all([freePort(), freePort(), freePort()]);
  const nodes = await Promise.all(busPorts.map((busPort) => ServerProcess.start(member(busPort))));
  await Promise.all(nodes.map((node, i) => say(node.port, `CLUSTER ADDSLOTSRANGE ${slots[i]}`)));
  await Promise.all(nodes.map((node, i) => say(node.port, `CLUSTER SET-CONFIG-EPOCH ${i + 1}`)));
  const [first, ...others] = nodes.map(({ port }, i) => `CLUSTER MEET 127.0.0.1 ${port} ${busPorts[i]}`);
  for (const { port } of nodes.slice(1)) await say(port, String(first));
  for (const meet of others) await say(Number(nodes[0]?.port), meet);
  await Promise.all(nodes.map(({ port }) => until(() => isComplete(port))));
  return nodes;
}

/** Another node, which copies what the first one has; resolves when it does, and the others know of it. */
export async function addReplica(nodes: readonly ServerProcess[]): Promise<ServerProcess> {
  const busPort = await freePort();
  const replica = await ServerProcess.start(member(busPort));
  const master = Number(nodes[0]?.port);
  await say(master, `CLUSTER MEET 127.0.0.1 ${replica.port} ${busPort}`);
  const [, id = ""] = /\r\n(\w{40})/.exec(await say(master, "CLUSTER MYID")) ?? [];
  await until(async () => (await say(replica.port, `CLUSTER REPLICATE ${id}`)).startsWith("+OK"));
  await until(async () => (await say(replica.port, "INFO replication")).includes("master_link_status:up"));
  // Clients hear of a replica only once it has got something, in a slot of its master.
  await say(master, "SET {06S} 1");
  const seen = async ({ port }: ServerProcess) => (await say(port, "CLUSTER SLOTS")).includes(`:${replica.port}\r\n`);
  await Promise.all(nodes.map((node) => until(() => seen(node))));
  return replica;
}

/** A master, its replica, and a sentinel that calls them `sessions`; resolves when it knows both. */
export async function startRedisSentinel(): Promise<Record<"sentinel" | "master" | "replica", ServerProcess>> {
  const [master, replica, sentinel] = await Promise.all([startRedis(), startRedis(), ServerProcess.start(watcher)]);
  await say(replica.port, `REPLICAOF 127.0.0.1 ${master.port}`);
  await until(async () => (await say(replica.port, "INFO replication")).includes("master_link_status:up"));
  await say(sentinel.port, `SENTINEL MONITOR sessions 127.0.0.1 ${master.port} 1`);
  const replicas = () => say(sentinel.port, "SENTINEL REPLICAS sessions");
  await until(async () => /master-link-status\r\n\$2\r\nok/.test(await replicas()));
  return { sentinel, master, replica };
}

/** A sentinel keeps what it knows in its file. */
const watcher: Program = {
  command: "redis-server",
  args: (port, directory) => {
    const file = join(directory, "sentinel.conf");
    writeFileSync(file, "", { flag: "a" });
    return [file, "--sentinel", ...basics(port, directory)];
  },
  greeting,
};

const slots = ["0 5460", "5461 10922", "10923 16383"];

function member(busPort: number): Program {
  const args: Program["args"] = (port, directory) => [
    ...forgetful.args(port, directory),
    ...["--cluster-enabled", "yes", "--cluster-port", `${busPort}`, "--cluster-config-file", "nodes.conf"],
  ];
  return { command: "redis-server", args, greeting };
}

async function isComplete(port: number): Promise<boolean> {
  const info = await say(port, "CLUSTER INFO");
  return ["cluster_state:ok", "cluster_slots_ok:16384", "cluster_known_nodes:3"].every((fact) => info.includes(fact));
}
