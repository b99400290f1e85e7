import { memoryStore, type Sessions } from "../../src/index.ts";
import { START } from "../helpers.ts";
import { Jar } from "../jar.ts";
import type { Mode } from "./modes.ts";
import type { Pace } from "./pace.ts";
import { Run } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { act, type Data } from "./scripts.ts";
import { begin } from "./starts.ts";
import { steppingStore } from "./stepping-store.ts";
import { perform } from "./visit.ts";
import { type OpenStore, requestWith, World } from "./world.ts";

export interface Setting {
  readonly mode: Mode;
  readonly scenario: Scenario;
  readonly pace: Pace;
  /** Default `memoryStore`. */
  readonly openStore?: OpenStore;
  /** When the clock begins, in seconds since the epoch. */
  readonly beginning?: number;
}

const inMemory: OpenStore = (now) => memoryStore({ now }).operations;

/** Plays a scenario to its end. */
export async function play(setting: Setting): Promise<Run> {
  const { mode, scenario, pace, openStore = inMemory, beginning = START } = setting;
  const world = new World({ mode, openStore, beginning, persistent: scenario.persistent });
  await warmUp(world.sessions);
  const jars = await begin(scenario.start, world);
  world.clock.seconds += scenario.age;
  const run = new Run({ mode, scenario, pace, world, jars });
  await startProcesses(run);
  run.start();
  await pace.during(() =>
    Promise.all([
      ...run.visits.map((visit) => perform(visit, run)),
      ...scenario.pauses.map((seconds) => pass(seconds, run)),
    ]),
  );
  return run;
}

/** One process for all requests, or one for each. */
async function startProcesses(run: Run): Promise<void> {
  const { manyProcesses } = run.scenario;
  for (let i = 0; i < (manyProcesses ? run.visits.length : 1); i++) {
    const who = manyProcesses ? `server ${i}` : "server";
    const wrap = (operations: Parameters<typeof steppingStore>[0]) => steppingStore(operations, who, run);
    const sessions = run.world.newSessions(wrap, (event, request) => run.notice(event, request));
    await warmUp(sessions);
    run.processes.push(sessions);
  }
}

/** Has all keys derived: from then on a request waits for the store alone. */
async function warmUp(sessions: Sessions<Data>): Promise<void> {
  const jar = new Jar();
  for (const script of ["set", "read", "destroy"] as const) {
    const session = await sessions.load(requestWith(jar.header));
    await act(script, session, { index: 0, padding: "", revokeAll: async () => {} });
    jar.take(await sessions.commit(session, new Response("ok")));
  }
}

async function pass(seconds: number, run: Run): Promise<void> {
  await run.pace.step(`${seconds} s pass`);
  run.world.clock.seconds += seconds;
  run.log(`${seconds} s pass`);
}
