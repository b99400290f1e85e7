import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beginOf, replaceSection } from "./document.ts";
import { goalsOf, type Recorded, sectionOf } from "./markdown.ts";
import { plotOf } from "./plot.ts";

const root = join(import.meta.dirname, "../../../..");
const results = join(import.meta.dirname, "../../results.json");
const document = join(root, "docs/performance.md");
const plot = join(root, "docs/performance.svg");

type Results = Readonly<Record<string, Recorded>>;

/** Keeps what a part has found, and makes the document and the plot anew of all that was found so far. */
export function record(part: string, recorded: Recorded): void {
  writeFileSync(results, `${JSON.stringify({ ...read(), [part]: recorded }, undefined, 2)}\n`);
  render();
}

/** Without measuring anything. */
export function render(): void {
  const text = readFileSync(document, "utf8");
  const place = ([part]: [string, Recorded]) => text.indexOf(beginOf(part));
  const found = Object.entries(read()).sort((a, b) => place(a) - place(b));
  const withParts = found.reduce((page, [part, one]) => replaceSection(page, part, sectionOf(part, one)), text);
  const goals = found.flatMap(([, one]) => one.goals);
  writeFileSync(document, replaceSection(withParts, "goals", goalsOf(goals)));
  writeFileSync(plot, plotOf(found.flatMap(([, { bars }]) => bars ?? [])));
}

function read(): Results {
  return JSON.parse(readFileSync(results, "utf8")) as Results;
}
