import type { Run } from "../run.ts";
import { ends, loginOf, raises } from "../scripts.ts";
import type { Visit } from "../visit.ts";
import type { Rule } from "./rule.ts";

/** A sign-in ends in a cookie that works, or in an error. */
export const signInWorks: Rule = (run) => run.visits.flatMap((visit) => wrongWith(visit, run));

function wrongWith(visit: Visit, run: Run): string[] {
  const { plan, view, isAnswered, issued, opened, name } = visit;
  const owner = loginOf(plan.script);
  if (owner === undefined || !isAnswered || !view || view.owner === owner) return [];
  if (!issued) return [`${name} is answered without a cookie`];
  if (isUndisturbedInTheServer(visit, run) && opened.atOnce?.owner !== owner) {
    return [`${name} is answered with a cookie that does not sign in`];
  }
  const onArrival = visit.hasArrived && isUndisturbed(visit, run) && opened.onArrival?.owner !== owner;
  return onArrival ? [`the cookie of ${name} does not sign in when it arrives`] : [];
}

/** In a store nothing can come between the last operation and the answer; in a token the sealing is the last. */
function isUndisturbedInTheServer(visit: Visit, run: Run): boolean {
  if (isUndisturbed(visit, run)) return true;
  return run.pace.isExact && !run.scenario.slowAnswers && !run.mode.stores.includes("revocations");
}

/** Whether no other request ends a session or replaces a token. */
function isUndisturbed(visit: Visit, { visits }: Run): boolean {
  return visits.every(({ index, plan }) => index === visit.index || !(ends(plan.script) || raises(plan.script)));
}
