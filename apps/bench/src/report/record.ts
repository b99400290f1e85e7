import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { replaceSection } from "./document.ts";
import { goalsOf, type Recorded, sectionOf } from "./markdown.ts";
import { plotOf } from "./plot.ts";

const root = join(import.meta.dirname, "../../../..");
const results = join(import.meta.dirname, "../../results.json");
const document = join(root, "docs/performance.md");
const plot = join(root, "docs/performance.svg");

type Results = Record<string, Recorded>;

/** Keeps what a part has found, and makes the document and the plot anew of all that was found so far. */
export function record(part: string, recorded: Recorded): void {
  const all = { ...(JSON.parse(readFileSync(results, "utf8")) as Results), [part]: recorded };
  writeFileSync(results, `${JSON.stringify(all, undefined, 2)}\n`);
  render();
}

/** Without measuring anything. */
export function render(): void {
  const all = JSON.parse(readFileSync(results, "utf8")) as Results;
  let text = readFileSync(document, "utf8");
  for (const [part, recorded] of Object.entries(all)) text = replaceSection(text, part, sectionOf(part, recorded));
  const goals = Object.values(all).flatMap((recorded) => recorded.goals);
  writeFileSync(document, replaceSection(text, "goals", goalsOf(goals)));
  writeFileSync(plot, plotOf(Object.values(all).flatMap(({ bars }) => bars ?? [])));
}
