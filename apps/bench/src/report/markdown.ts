import type { Conditions } from "./conditions.ts";
import { type Cell, digits, type Findings, type Goal, type Table } from "./findings.ts";

export interface Recorded extends Findings {
  readonly conditions: Conditions;
}

/** The section of a part. */
export function sectionOf(part: string, { method, tables, conditions }: Recorded): string {
  const { date, node, machine, load, versions, quick } = conditions;
  const how = `\`pnpm bench ${part}${quick ? " --quick" : ""}\``;
  return [
    method,
    ...tables.map(tableOf),
    `${date}, ${how}, Node ${node}, ${machine}, load average ${load} at the start. ${versions}`,
  ].join("\n\n");
}

/** All goals of all parts. */
export function goalsOf(goals: readonly Goal[]): string {
  const rows = goals.map(({ what, goal, reached, met }) => [what, goal, reached, met ? "met" : "**not met**"]);
  return grid(["what", "goal", "reached", ""], rows);
}

function tableOf({ title, columns, rows }: Table): string {
  return `**${title}**\n\n${grid(columns, rows)}`;
}

function grid(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const numeric = columns.map(
    (_, at) => rows.length > 0 && rows.every((row) => typeof row[at] !== "string" || row[at] === ""),
  );
  const lines = [columns, numeric.map((is) => (is ? "---:" : "---")), ...rows];
  return lines.map((cells) => `| ${cells.map(cellOf).join(" | ")} |`).join("\n");
}

function cellOf(cell: Cell): string {
  return typeof cell === "number" ? digits(cell) : cell;
}
