import type { Run } from "../run.ts";
import { ends, isReading, raises, SETUP } from "../scripts.ts";
import type { Visit } from "../visit.ts";
import { type Rule, show, valuesOf } from "./rule.ts";

/** If the only request that would have changed anything ended in an error, the session is as it was. */
export const errorChangesNothing: Rule = async (run) => {
  const [failed, ...more] = run.visits.filter(({ plan }) => !isReading(plan.script));
  if (!failed || more.length > 0 || failed.error !== "ERR_STORE" || !isCovered(failed, run)) return [];
  const broken: string[] = [];
  for (const seconds of [0, 11]) {
    const view = await run.world.look(run.jars.browser.header, seconds);
    const extra = valuesOf(view).filter(([, { by }]) => by.some((index) => index !== SETUP));
    const isChanged = raises(failed.plan.script) && extra.length > 0;
    const isWhole = keysBefore(run).every((key) => key in view.data) && view.owner === ownerBefore(run);
    if (!isWhole || isChanged)
      broken.push(`${seconds} s after the error of ${failed.name} the browser has ${show(view)}`);
  }
  return broken;
};

/** An end has done its work where only the answer was lost, or where it was one half of two that failed. */
function isCovered({ plan }: Visit, { fault, mode }: Run): boolean {
  return plan.who === "browser" && (!ends(plan.script) || (fault === "before" && mode.stores.length === 1));
}

function ownerBefore({ scenario }: Pick<Run, "scenario">): string | undefined {
  return scenario.start.startsWith("alice") ? "alice" : undefined;
}

function keysBefore({ scenario }: Pick<Run, "scenario">): string[] {
  if (scenario.start === "anonymous") return ["cart"];
  return ownerBefore({ scenario }) === undefined ? [] : ["cart", "order"];
}
