import fc from "fast-check";
import { describe, it } from "vitest";
import { inStore, modes } from "./modes.ts";
import { scheduledPace } from "./pace.ts";
import { play } from "./play.ts";
import { checkRules } from "./rules.ts";
import { scenarios } from "./scenario.ts";

/** A multiple of the usual number of runs, for a longer hunt. */
const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
const FACTOR = Number(process?.env?.WEBSESSION_RUNS ?? 1);

const PATIENCE = 60_000 * FACTOR;

describe.each(modes)("sessions in the mode $name", (mode) => {
  it(
    "keep the rules, in whatever order steps happen, whatever fails and whoever has a cookie",
    async () => {
      const property = fc.asyncProperty(scenarios(mode), fc.scheduler(), async (scenario, scheduler) => {
        await checkRules(await play({ mode, scenario, pace: scheduledPace(scheduler) }));
      });
      await fc.assert(property, { numRuns: FACTOR * (mode === inStore ? 300 : 200) });
    },
    PATIENCE,
  );
});
