import { Served } from "../http/served.ts";
import { BARE } from "../http/subject.ts";
import { httpSubjects } from "../http/subjects.ts";
import { median } from "../measure/statistics.ts";
import { atLeast, type Bars, type Goal, type Table } from "../report/findings.ts";
import type { Part } from "./part.ts";

/** What a server answered, round by round. */
interface Result {
  readonly framework: string;
  readonly library: string;
  readonly rates: readonly number[];
}

/** Requests per second, read-only, with and without sessions. */
export const http: Part = {
  packages: ["autocannon", "express", "fastify", "hono", "@hono/node-server"],
  async run({ quick }) {
    const served: Served[] = [];
    try {
      for (const subject of httpSubjects) served.push(await Served.start(subject));
      const results = await rounds(served, quick ? 1 : 9);
      return {
        method:
          "Requests per second over HTTP, read-only, by autocannon with 32 connections on the machine of the server; each server is a " +
          "process of its own, all are asked in every round, and the ratio to the framework without sessions is taken in each round. " +
          "Medians; in brackets the lowest and the highest ratio.",
        tables: [tableOf(results)],
        goals: goalsOf(results),
        bars: barsOf(results),
      };
    } finally {
      for (const server of served) server.stop();
    }
  },
};

async function rounds(served: readonly Served[], count: number): Promise<Result[]> {
  const rates = served.map((): number[] => []);
  // The first is to warm up.
  for (let round = 0; round <= count; round++) {
    for (const [at, server] of served.entries()) {
      const rate = await server.requestsPerSecond(1);
      if (round > 0) rates[at]?.push(rate);
    }
  }
  return served.map(({ subject: { framework, library } }, at) => ({ framework, library, rates: rates[at] ?? [] }));
}

/** To the same framework without sessions, in each round. */
function ratiosOf(results: readonly Result[], { framework, rates }: Result): number[] {
  const bare = results.find((one) => one.framework === framework && one.library === BARE);
  return rates.map((rate, round) => rate / (bare?.rates[round] ?? Number.NaN));
}

function tableOf(results: readonly Result[]): Table {
  const rows = results.map((result) => {
    const ratios = ratiosOf(results, result);
    const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    const ratio = result.library === BARE ? "1" : `${median(ratios).toFixed(2)} (${range})`;
    return [result.framework, result.library, Math.round(median(result.rates)), ratio];
  });
  return { title: "Requests per second", columns: ["framework", "sessions", "requests/s", "of bare"], rows };
}

function goalsOf(results: readonly Result[]): Goal[] {
  const ours = results.filter(({ library }) => library === "websession, nodeHmac");
  return ours
    .filter(({ framework }) => framework === "Node http" || framework === "Hono")
    .map((result) => {
      const what = `HTTP, read-only, nodeHmac, ${result.framework}: of the bare server's requests per second`;
      return atLeast(what, 0.8, median(ratiosOf(results, result)));
    });
}

function barsOf(results: readonly Result[]): Bars {
  return {
    title: "Requests per second",
    unit: "Over HTTP, reading the session; the pale bars are the framework without sessions. Longer is better.",
    scale: "linear",
    bars: results.map(({ framework, library, rates }) => ({
      group: framework,
      name: library,
      value: median(rates),
      kind: library === BARE ? "bare" : library.startsWith("websession") ? "ours" : "peer",
    })),
  };
}
