import type { Rounds } from "./measure.ts";

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** The median time of a candidate. */
export function timeOf(rounds: Rounds, name: string): number {
  return median(roundsOf(rounds, name));
}

/** What a candidate takes beyond a bare one: the median of the differences within a round. */
export function ownCost(rounds: Rounds, name: string, bare: string): number {
  const without = roundsOf(rounds, bare);
  return median(roundsOf(rounds, name).map((time, round) => time - (without[round] ?? Number.NaN)));
}

function roundsOf(rounds: Rounds, name: string): readonly number[] {
  const values = rounds.get(name);
  if (!values) throw new Error(`There is no candidate ${name}.`);
  return values;
}

/** Without the slower half of each candidate's rounds: what else runs on the machine only ever adds time. */
export function quickestHalf(rounds: Rounds): Rounds {
  const half = (times: readonly number[]) => [...times].sort((a, b) => a - b).slice(0, Math.ceil(times.length / 2));
  return new Map([...rounds].map(([name, times]) => [name, half(times)]));
}
