import { bareHosts } from "../hosts/bare.ts";
import { bareName, inScenarios, nameOf } from "../measure/in-scenarios.ts";
import { measure, type Rounds } from "../measure/measure.ts";
import { type ScenarioName, scenarios, scenariosOf } from "../measure/scenarios.ts";
import { ownCost, timeOf } from "../measure/statistics.ts";
import type { Subject } from "../measure/subject.ts";
import { ours } from "../ours/ours.ts";
import { oursName } from "../ours/ways.ts";
import { peers } from "../peers/peers.ts";
import { atLeast, type Bar, type Bars, type Cell, type Goal, type Table } from "../report/findings.ts";
import type { Part } from "./part.ts";

const IN_FLIGHT = 32;
const subjects = [...ours, ...peers];

/** Every library through the same scenarios, in one process. */
export const inProcess: Part = {
  packages: [
    ...["iron-session", "cookie-session", "express-session", "@fastify/secure-session", "hono-sessions"],
    ...["@hono/session", "@remix-run/session", "react-router", "h3", "hono", "fastify"],
  ],
  async run({ quick }) {
    // A library that writes to the console about every forged cookie is given a deaf one.
    console.error = () => {};
    const { candidates, setCookieBytes } = await inScenarios(subjects, bareHosts);
    const plan = quick ? { rounds: 5, slice: 5 } : { rounds: 31, slice: 8 };
    const sequential = await measure(candidates, { ...plan, inFlight: 1 });
    const parallel = await measure(candidates, { ...plan, rounds: Math.ceil(plan.rounds * 0.6), inFlight: IN_FLIGHT });
    return {
      method: [
        "Microseconds per request that a library adds to the bare handler of its host: one after the other → with 32 in flight.",
        "A 265-byte session, medians of interleaved rounds in one process; each scenario was checked for its answer before.",
        `Below about 2 µs the machine's noise is as large.`,
      ].join(" "),
      tables: [costs(sequential, parallel), bareCosts(sequential, parallel), cookieSizes(setCookieBytes)],
      goals: goals(sequential),
      bars: bars(sequential),
    };
  },
};

function costs(sequential: Rounds, parallel: Rounds): Table {
  const cell = (subject: Subject, scenario: ScenarioName): Cell => {
    if (!scenariosOf(subject).some(({ name }) => name === scenario)) return "";
    const [one, many] = [sequential, parallel].map((rounds) => costOf(rounds, subject, scenario));
    return `${micros(one)} → ${micros(many)}`;
  };
  return {
    title: "Own cost, µs per request",
    columns: ["library", "on", ...scenarios.map(({ name }) => name)],
    rows: subjects.map((subject) => [subject.name, subject.host, ...scenarios.map(({ name }) => cell(subject, name))]),
  };
}

/** Tenths mean nothing beyond a few. */
function micros(value = Number.NaN): string {
  return value < 20 ? value.toFixed(1) : String(Math.round(value));
}

function costOf(rounds: Rounds, subject: Pick<Subject, "name" | "host">, scenario: ScenarioName): number {
  return ownCost(rounds, nameOf(subject, scenario), bareName(subject.host));
}

function bareCosts(sequential: Rounds, parallel: Rounds): Table {
  const hosts = [...new Set(subjects.map(({ host }) => host))];
  const rows = hosts.map((host) => [host, timeOf(sequential, bareName(host)), timeOf(parallel, bareName(host))]);
  return { title: "Taken off: the bare handler, µs", columns: ["host", "one after the other", "32 in flight"], rows };
}

function cookieSizes(bytes: ReadonlyMap<string, number>): Table {
  const rows = subjects.map((subject) => {
    const of = (scenario: ScenarioName) => bytes.get(nameOf(subject, scenario)) ?? "";
    const written = subject.keeps === "cookie" ? of("read and write") : of("memory, read and write");
    return [subject.name, subject.host, of("untouched"), of("read"), written];
  });
  return { title: "Set-Cookie, bytes of all lines", columns: ["library", "on", "untouched", "read", "write"], rows };
}

function goals(rounds: Rounds): Goal[] {
  const own = { name: oursName("nodeHmac"), host: "Node http" } as const;
  const factor = (scenario: ScenarioName, others: readonly Subject[], mine: Pick<Subject, "name" | "host"> = own) =>
    Math.min(...others.map((peer) => costOf(rounds, peer, scenario))) / costOf(rounds, mine, scenario);
  const named = (...names: string[]) => peers.filter(({ name }) => names.some((one) => name.startsWith(one)));
  const inCookies = peers.filter(({ keeps }) => keeps === "cookie");
  const onWebCrypto = inCookies.filter(({ webCrypto }) => webCrypto);
  const onFetch = { name: oursName("WebCrypto"), host: "fetch" } as const;
  const inMemory = { name: oursName("nodeHmac, memoryStore"), host: "Node http" } as const;
  const read = "read, nodeHmac, Node http: faster than";
  return [
    atLeast(`${read} @fastify/secure-session`, 2, factor("read", named("@fastify"))),
    atLeast(
      `${read} express-session and cookie-session`,
      6,
      factor("read", named("express-session", "cookie-session")),
    ),
    atLeast(`${read} every WebCrypto peer`, 10, factor("read", onWebCrypto)),
    atLeast("read and write, nodeHmac, Node http: faster than every peer", 1, factor("read and write", inCookies)),
    atLeast("read, WebCrypto, fetch: faster than every WebCrypto peer", 1, factor("read", onWebCrypto, onFetch)),
    atLeast(
      "memory store, read and write: faster than express-session's MemoryStore",
      8,
      factor("memory, read and write", named("express-session"), inMemory),
    ),
  ];
}

/** A library on its main host, from the quickest on. */
function bars(rounds: Rounds): Bars {
  const shown = subjects.filter(
    ({ name, keeps }, at) =>
      (keeps === "cookie" || name.startsWith("express-session")) &&
      subjects.findIndex((one) => one.name === name) === at,
  );
  const bars = shown.map((subject): Bar => {
    const kind = ours.includes(subject) ? "ours" : "peer";
    return { group: "", name: `${subject.name} (${subject.host})`, value: costOf(rounds, subject, "read"), kind };
  });
  return {
    title: "Reading a session",
    unit: "Microseconds per request that are added to the bare handler, one after the other; logarithmic. Left is better.",
    scale: "log",
    bars: bars.sort((a, b) => a.value - b.value),
  };
}
