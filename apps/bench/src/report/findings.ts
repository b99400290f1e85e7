/** What a part of the benchmark has found, as data: the document and the plot are made of it. */
export interface Findings {
  /** How it was measured, in a sentence or two. */
  readonly method: string;
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
  readonly bars?: Bars;
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Numbers are rounded to three digits. */
export type Cell = string | number;

/** A figure to reach, and what was reached in this run. */
export interface Goal {
  readonly what: string;
  readonly goal: string;
  readonly reached: string;
  readonly met: boolean;
}

/** For the plot. */
export interface Bars {
  readonly title: string;
  readonly unit: string;
  readonly scale: "linear" | "log";
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly group: string;
  readonly name: string;
  readonly value: number;
  readonly kind: "ours" | "peer" | "bare";
}

export function atMost(what: string, limit: number, reached = Number.NaN, unit = "times"): Goal {
  return { what, goal: `at most ${limit} ${unit}`, reached: `${digits(reached)} ${unit}`, met: reached <= limit };
}

export function atLeast(what: string, limit: number, reached = Number.NaN, unit = "times"): Goal {
  return { what, goal: `at least ${limit} ${unit}`, reached: `${digits(reached)} ${unit}`, met: reached >= limit };
}

/** Three of them, which is more than a run on a shared machine can tell apart. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const text = Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
  return text.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, " ");
}
