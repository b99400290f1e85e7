import type { Plan } from "../measure/measure.ts";

/** One after the other, and with 32 in flight. */
export function plansOf(
  quick: boolean,
  full: Omit<Plan, "inFlight"> = { rounds: 25, slice: 8 },
): readonly [Plan, Plan] {
  const plan = quick ? { ...full, rounds: 3 } : full;
  return [
    { ...plan, inFlight: 1 },
    { ...plan, inFlight: 32 },
  ];
}
