import type fc from "fast-check";
import { vi } from "vitest";

/** In which order the steps of several requests happen. */
export interface Pace {
  /** Whether nothing else happens until everything that follows from a step is done. */
  readonly isExact: boolean;
  /** Resolves when this step's turn has come. */
  step(label: string): Promise<void>;
  /** Runs the work, and resolves with its result once all of its steps have happened. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

/** Milliseconds: pauses are shorter. */
const TIMEOUT = 1000;

/** The order is the scheduler's, and the same again for the same seed. */
export function scheduledPace(scheduler: fc.Scheduler): Pace {
  const step = (label: string) => scheduler.schedule(Promise.resolve(), label);
  return {
    isExact: true,
    step,
    async during(work) {
      const digests = watchDigests();
      vi.stubGlobal("setTimeout", (callback: () => void, milliseconds = 0) => {
        // No time-out of the store passes.
        if (milliseconds < TIMEOUT) void step("a pause ends").then(callback);
      });
      const act = async (happen: () => Promise<void>) => {
        await happen();
        await digests.quiet();
      };
      try {
        return await scheduler.waitFor(work(), act);
      } finally {
        vi.unstubAllGlobals();
        digests.stop();
      }
    },
  };
}

/** The order comes from chance, and from the store itself. */
export function randomPace(milliseconds: number): Pace {
  return {
    isExact: false,
    step: () => new Promise((resolve) => setTimeout(resolve, Math.random() * milliseconds)),
    during: (work) => work(),
  };
}

/** More turns of the microtask queue than a request needs between two steps. */
const TURNS = 60;

/**
 * A digest takes a time of its own: without waiting for it, and for those that were asked for before, the order would depend on
 * the machine.
 */
function watchDigests() {
  const pending = new Set<Promise<unknown>>();
  const digest = crypto.subtle.digest.bind(crypto.subtle);
  const spy = vi.spyOn(crypto.subtle, "digest").mockImplementation((...args) => {
    const result = Promise.all([digest(...args), ...pending]).then(([bytes]) => bytes);
    const done = result.finally(() => pending.delete(done));
    pending.add(done);
    return result;
  });
  return {
    async quiet() {
      for (let turn = 0; turn < TURNS; turn++) {
        if (pending.size > 0) turn = 0;
        await Promise.all(pending);
      }
    },
    stop: () => spy.mockRestore(),
  };
}
