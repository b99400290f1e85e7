import { http } from "./parts/http.ts";
import { inProcess } from "./parts/in-process.ts";
import { limit } from "./parts/limit.ts";
import type { Part } from "./parts/part.ts";
import { runtimes } from "./parts/runtimes.ts";
import { scaling } from "./parts/scaling.ts";
import { stores } from "./parts/stores.ts";
import { weight } from "./parts/weight.ts";
import { conditionsNow } from "./report/conditions.ts";
import { record, render } from "./report/record.ts";

const parts: Readonly<Record<string, Part>> = {
  "in-process": inProcess,
  limit,
  runtimes,
  http,
  stores,
  scaling,
  weight,
};

const [name = "", ...flags] = process.argv.slice(2);
if (name === "render") render();
else await runPart(name);
// Some libraries leave timers and pools behind.
process.exit();

async function runPart(name: string): Promise<void> {
  const part = parts[name];
  if (!part) throw new Error(`There is no part "${name}". There are: ${Object.keys(parts).join(", ")}, render, check.`);
  const quick = flags.includes("--quick");
  const conditions = conditionsNow(part.packages, quick);
  const findings = await part.run({ quick });
  record(name, { ...findings, conditions });
  for (const { met, what, reached, goal } of findings.goals) {
    console.log(`${met ? "met    " : "NOT MET"}  ${what}: ${reached} (${goal})`);
  }
}
