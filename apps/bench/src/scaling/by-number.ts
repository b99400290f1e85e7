import { bareHosts } from "../hosts/bare.ts";
import { measure, timed } from "../measure/measure.ts";
import { prepare, scenarios } from "../measure/scenarios.ts";
import { ownCost } from "../measure/statistics.ts";
import type { Subject } from "../measure/subject.ts";
import { oursOnNode } from "../ours/on-node.ts";
import { synchronous } from "../ours/ways.ts";
import { fill } from "./filling.ts";
import type { Home } from "./home.ts";
import { homes } from "./homes.ts";

/** Of the sessions that are there, so many are asked for in turn. */
const VISITORS = 2000;

/** What was found with so many sessions there. */
export interface Point {
  readonly home: string;
  readonly number: number;
  /** Microseconds. */
  readonly read: number;
  readonly write: number;
  readonly bytesPerSession: number;
}

/** What requests cost, and sessions take, as their number grows. */
export async function byNumber(numbers: readonly number[], rounds: number): Promise<Point[]> {
  const points: Point[] = [];
  for (const open of homes) {
    const home = await open();
    try {
      points.push(...(await pointsIn(home, numbers, rounds)));
    } finally {
      await home.close();
    }
  }
  return points;
}

async function pointsIn(home: Home, numbers: readonly number[], rounds: number): Promise<Point[]> {
  const empty = await home.bytes();
  const points: Point[] = [];
  let there = 0;
  for (const number of numbers) {
    const visitors = Math.min(number, VISITORS);
    await home.batch(() => fill(home.store.operations, number - there - 2 * visitors));
    there = Math.max(number, there + 2 * visitors);
    const [read, write] = await costs(home, visitors, rounds);
    const bytesPerSession = ((await home.bytes()) - empty) / there;
    points.push({ home: home.name, number, read, write, bytesPerSession });
  }
  return points;
}

/** Of reading, and of reading and writing; each brings visitors of its own. */
async function costs({ name, store }: Home, visitors: number, rounds: number): Promise<[read: number, write: number]> {
  const subject: Subject = {
    name,
    host: "Node http",
    keeps: "memory",
    webCrypto: false,
    open: () => (action) => oursOnNode.serve({ ...synchronous, store }, action),
  };
  const [read, write] = await Promise.all(
    (["read", "memory, read and write"] as const).map(async (wanted) => {
      const scenario = scenarios.find((one) => one.name === wanted) ?? scenarios[1];
      return timed(wanted, (await prepare(subject, scenario, visitors)).serve);
    }),
  );
  const bare = bareHosts["Node http"]?.() ?? (async () => {});
  const candidates = [timed("bare", () => bare()), ...(read && write ? [read, write] : [])];
  const measured = await measure(candidates, { rounds, slice: 10, inFlight: 1 });
  return [ownCost(measured, "read", "bare"), ownCost(measured, "memory, read and write", "bare")];
}
