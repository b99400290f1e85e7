/** Something whose time is taken. */
export interface Candidate {
  readonly name: string;
  /** Milliseconds for so many of it, with so many in flight at a time. */
  time(count: number, inFlight: number): Promise<number>;
}

/** Many short rounds rather than a few long ones: fewer of them are disturbed. */
export interface Plan {
  readonly rounds: number;
  /** Milliseconds that each candidate gets per round. */
  readonly slice: number;
  readonly inFlight: number;
}

/** Microseconds for one, by candidate: an entry per round. */
export type Rounds = ReadonlyMap<string, readonly number[]>;

/** Times a function in this process. */
export function timed(name: string, run: () => unknown): Candidate {
  return {
    name,
    async time(count, inFlight) {
      const start = performance.now();
      const lanes = Array.from({ length: inFlight }, () => repeat(count / inFlight, run));
      await Promise.all(lanes);
      return performance.now() - start;
    },
  };
}

async function repeat(count: number, run: () => unknown): Promise<void> {
  for (let done = 0; done < count; done++) await run();
}

/**
 * Every candidate once per round, each time in another order: what disturbs the machine disturbs them all alike, and nobody
 * always comes after the same one, whose garbage and whose threads, asleep or awake, would be its own.
 */
export async function measure(candidates: readonly Candidate[], plan: Plan): Promise<Rounds> {
  const rounds = new Map<string, number[]>();
  const counts = new Map<string, number>();
  for (const candidate of candidates) {
    if (rounds.has(candidate.name)) throw new Error(`Two candidates have the name ${candidate.name}.`);
    rounds.set(candidate.name, []);
    counts.set(candidate.name, await warmUp(candidate, plan));
  }
  for (let round = 0; round < plan.rounds; round++) {
    for (const candidate of shuffled(candidates)) {
      const count = counts.get(candidate.name) ?? 1;
      rounds.get(candidate.name)?.push(((await candidate.time(count, plan.inFlight)) * 1000) / count);
    }
  }
  return rounds;
}

/** Milliseconds until everything is loaded and compiled. */
const WARM_UP = 100;

/**
 * How many fit into a slice, a multiple of those in flight.
 *
 * Batches grow beyond a slice, and the quickest counts: on a busy machine a single one may wait longer for its thread to wake up
 * than a hundred take.
 */
async function warmUp(candidate: Candidate, { slice, inFlight }: Plan): Promise<number> {
  // Loads, compiles and derives keys: that says nothing of what comes.
  await candidate.time(inFlight, inFlight);
  let quickest = Number.POSITIVE_INFINITY;
  let count = inFlight;
  for (let spent = 0; ; ) {
    const took = await candidate.time(count, inFlight);
    spent += took;
    // What is over in no time tells nothing.
    if (took >= slice / 4) quickest = Math.min(quickest, took / count);
    if (took < 2 * slice) count *= 2;
    else if (spent >= WARM_UP) return inFlight * Math.max(1, Math.round(slice / quickest / inFlight));
  }
}

/** Fisher and Yates. */
function shuffled<T>(list: readonly T[]): T[] {
  const shuffled = [...list];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
  }
  return shuffled;
}
