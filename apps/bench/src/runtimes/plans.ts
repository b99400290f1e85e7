import type { Plan } from "../measure/measure.ts";

/** One after the other, and with 32 in flight. `slice` in milliseconds. */
export function plansOf(quick: boolean, slice = quick ? 10 : 20): readonly [Plan, Plan] {
  const plan = { rounds: quick ? 3 : 15, slice };
  return [
    { ...plan, inFlight: 1 },
    { ...plan, inFlight: 32 },
  ];
}
