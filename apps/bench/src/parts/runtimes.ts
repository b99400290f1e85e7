import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { output } from "../measure/child.ts";
import { bareName, nameOf } from "../measure/in-scenarios.ts";
import type { Rounds } from "../measure/measure.ts";
import { primitiveNames } from "../measure/primitives.ts";
import type { ScenarioName } from "../measure/scenarios.ts";
import { ownCost, timeOf } from "../measure/statistics.ts";
import type { Subject } from "../measure/subject.ts";
import { oursName } from "../ours/ways.ts";
import { atLeast, atMost, type Cell, type Goal, type Table } from "../report/findings.ts";
import { bundleProgram } from "../runtimes/bundle.ts";
import { subjects } from "../runtimes/candidates.ts";
import { plansOf } from "../runtimes/plans.ts";
import { measureInWorkerd } from "../runtimes/workerd.ts";
import type { Part } from "./part.ts";

const bench = join(import.meta.dirname, "../..");
const tools = join(bench, "../../node_modules/.bin");

/** How a runtime is told to run a file, and which builds of packages it takes. */
interface Program {
  readonly runtime: string;
  readonly condition: string;
  readonly command: readonly [program: string, ...args: string[]];
}

const programs: readonly Program[] = [
  { runtime: "Node 24", condition: "node", command: [join(bench, "node_modules/node24/bin/node")] },
  { runtime: "Node 26", condition: "node", command: [join(bench, "node_modules/node26/bin/node")] },
  { runtime: "Deno", condition: "deno", command: [join(tools, "deno"), "run", "-A", "--no-config", "--no-lock"] },
  { runtime: "Bun", condition: "bun", command: [join(tools, "bun")] },
];

interface Measured {
  readonly runtime: string;
  readonly sequential: Rounds;
  readonly parallel: Rounds;
}

/** The same program in every runtime. */
export const runtimes: Part = {
  packages: ["node24", "node26", "miniflare"],
  async run({ quick }) {
    const measured = [...(await inProcesses(quick)), await inWorkerd(quick)];
    return {
      method:
        "The same program in five runtimes; µs that are added to the bare handler. The runtimes were measured one after the other: " +
        "what can be compared is what stands in one column. workerd's clock stands still while it computes, so it was timed from outside.",
      tables: [
        costs("one after the other", measured, ({ sequential }) => sequential),
        costs("32 in flight", measured, ({ parallel }) => parallel),
      ],
      goals: measured.flatMap(goalsIn),
    };
  },
};

async function inProcesses(quick: boolean): Promise<Measured[]> {
  const folder = mkdtempSync(join(bench, "node_modules/.runtimes-"));
  const measured: Measured[] = [];
  try {
    for (const { runtime, condition, command } of programs) {
      const file = join(folder, `${condition}.mjs`);
      writeFileSync(file, await bundleProgram("process", condition));
      const [program, ...args] = command;
      const printed = await output(program, [...args, file, ...(quick ? ["--quick"] : [])]);
      const [sequential = [], parallel = []] = JSON.parse(printed) as [string, number[]][][];
      measured.push({ runtime, sequential: new Map(sequential), parallel: new Map(parallel) });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return measured;
}

async function inWorkerd(quick: boolean): Promise<Measured> {
  // Longer slices than elsewhere: asking takes a millisecond, more or less.
  const plans = plansOf(quick, { rounds: 11, slice: 60 });
  const program = await bundleProgram("worker", "workerd");
  const [sequential = new Map(), parallel = new Map()] = await measureInWorkerd(program, plans);
  return { runtime: "workerd", sequential, parallel };
}

function costOf(rounds: Rounds, subject: Pick<Subject, "name" | "host">, scenario: ScenarioName): number {
  return ownCost(rounds, nameOf(subject, scenario), bareName(subject.host));
}

function costs(title: string, measured: readonly Measured[], pick: (measured: Measured) => Rounds): Table {
  const row = (cells: readonly Cell[], value: (rounds: Rounds) => number) => [
    ...cells,
    ...measured.map((one) => value(pick(one))),
  ];
  const scenariosShown = (subject: Subject): ScenarioName[] =>
    subject.name.startsWith("websession") ? ["untouched", "read", "read and write", "forged"] : ["read"];
  return {
    title: `µs, ${title}`,
    columns: ["", "on", "", ...measured.map(({ runtime }) => runtime)],
    rows: [
      ...Object.values(primitiveNames).map((name) => row([name, "", ""], (rounds) => timeOf(rounds, name))),
      ...subjects.flatMap((subject) =>
        scenariosShown(subject).map((scenario) =>
          row([subject.name, subject.host, scenario], (rounds) => costOf(rounds, subject, scenario)),
        ),
      ),
    ],
  };
}

function goalsIn({ runtime, sequential }: Measured): Goal[] {
  const read = costOf(sequential, { name: oursName("WebCrypto"), host: "fetch" }, "read");
  const peers = subjects.filter(({ name }) => !name.startsWith("websession"));
  const fastest = Math.min(...peers.map((peer) => costOf(sequential, peer, "read")));
  const goal = atLeast(`${runtime}: read, WebCrypto, fetch: faster than every WebCrypto peer`, 1, fastest / read);
  if (runtime !== "workerd") return [goal];
  const times = read / timeOf(sequential, primitiveNames.verify);
  return [goal, atMost("workerd: read, WebCrypto, fetch: of one subtle.verify", 3, times)];
}
