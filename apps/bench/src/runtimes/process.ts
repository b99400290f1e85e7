import { measure } from "../measure/measure.ts";
import { portableCandidates } from "./candidates.ts";
import { plansOf } from "./plans.ts";

/** The program that Node, Deno and Bun run. Prints what it has measured, plan by plan. */
const candidates = await portableCandidates();
const results = [];
for (const plan of plansOf(process.argv.includes("--quick"))) results.push([...(await measure(candidates, plan))]);
console.log(JSON.stringify(results));
process.exit();
