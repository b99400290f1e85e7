import { bareHosts } from "../hosts/bare.ts";
import { inScenarios, nameOf } from "../measure/in-scenarios.ts";
import { measure, type Rounds, timed } from "../measure/measure.ts";
import { payload } from "../measure/payload.ts";
import { prepare, type ScenarioName, scenariosOf } from "../measure/scenarios.ts";
import { timeOf } from "../measure/statistics.ts";
import type { Subject } from "../measure/subject.ts";
import { atMost, type Cell, type Goal, type Table } from "../report/findings.ts";
import type { Database } from "../stores/database.ts";
import { postgres } from "../stores/postgres.ts";
import { redis } from "../stores/redis.ts";
import { BARE_READ, bareReader, CACHED, OURS, subjectsOn } from "../stores/subjects.ts";
import { TurnCounter } from "../stores/turn-counter.ts";
import type { Effort, Part } from "./part.ts";

/** What was found out of one database: a row of cells per subject, and times by candidate. */
interface Measured {
  readonly table: Table;
  readonly sequential: Rounds;
  readonly turns: ReadonlyMap<string, number>;
}

/** Sessions in Redis and PostgreSQL, beside express-session in the same. */
export const stores: Part = {
  packages: ["redis", "connect-redis", "pg", "connect-pg-simple", "express-session"],
  async run(effort) {
    const [inRedis, inPostgres] = [await measureIn(redis, effort), await measureIn(postgres, effort)];
    return {
      method:
        "Requests per second through the handler on plain Node, in process, to a real server on the same machine, through one client " +
        "each. Round trips were counted between client and server. `cacheFor` is only read here: a write costs what it does without.",
      tables: [inRedis.table, inPostgres.table],
      goals: goalsOf(redis, inRedis),
    };
  },
};

async function measureIn(database: Database, { quick }: Effort): Promise<Measured> {
  const server = await database.start();
  const connection = await database.connect(server.port);
  try {
    const subjects = subjectsOn(connection, database.peer);
    const { candidates } = await inScenarios(subjects, bareHosts, scenariosIn);
    const all = [...candidates, timed(BARE_READ, await bareReader(connection, JSON.stringify(payload)))];
    const plan = quick ? { rounds: 3, slice: 20 } : { rounds: 61, slice: 10 };
    const sequential = await measure(all, { ...plan, inFlight: 1 });
    const parallel = await measure(all, { ...plan, inFlight: 32 });
    const turns = await countTurns(database, server.port);
    const rows = all.flatMap(({ name }): Cell[][] => {
      const [, library = name, scenario = "read"] = name.split(" | ");
      if (library === "bare") return [];
      const perSecond = [sequential, parallel].map((rounds) => Math.round(1e6 / timeOf(rounds, name)));
      return [[library, scenario.replace("memory, ", ""), ...perSecond, turns.get(name) ?? 1]];
    });
    const columns = ["", "", "requests/s, one after the other", "requests/s, 32 in flight", "round trips"];
    return { table: { title: database.name, columns, rows }, sequential, turns };
  } finally {
    await connection.close();
    await server.stop();
  }
}

/** A copy in the token that is sent again and again would be an old one, which no browser does. */
function scenariosIn(subject: Subject): ReturnType<typeof scenariosOf> {
  return scenariosOf(subject).filter(
    ({ name }) => name === "read" || (name === "memory, read and write" && subject.name !== CACHED),
  );
}

/** Of one request each, over a connection of their own. */
async function countTurns({ connect, peer }: Database, port: number): Promise<Map<string, number>> {
  const counter = await TurnCounter.to(port);
  const connection = await connect(counter.port);
  const turns = new Map<string, number>();
  for (const subject of subjectsOn(connection, peer)) {
    for (const scenario of scenariosIn(subject)) {
      const { serve } = await prepare(subject, scenario);
      await serve();
      turns.set(nameOf(subject, scenario.name), await counter.during(serve));
    }
  }
  await connection.close();
  counter.close();
  return turns;
}

function goalsOf({ name, peer }: Database, { sequential, turns }: Measured): Goal[] {
  const of = (library: string, scenario: ScenarioName) => nameOf({ name: library, host: "Node http" }, scenario);
  const [own, others] = [of(OURS, "read"), of(`express-session, ${peer}`, "read")];
  const times = timeOf(sequential, own) / timeOf(sequential, BARE_READ);
  const [ours = Number.NaN, theirs = Number.NaN] = [turns.get(own), turns.get(others)];
  return [
    atMost(`${name}, read-only request: of a bare handler with one read`, 1.3, times),
    {
      what: `${name}, read-only request: round trips`,
      goal: `fewer than ${peer}`,
      reached: `${ours} beside ${theirs}`,
      met: ours < theirs,
    },
  ];
}
