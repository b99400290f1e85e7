import type { Run } from "../run.ts";
import { loginOf } from "../scripts.ts";
import type { Visit } from "../visit.ts";
import type { Rule } from "./rule.ts";

/** A request ends in an error only where the store failed, or where a login that is no sign-in found its session ended. */
export const errorsHaveCauses: Rule = (run) =>
  run.visits
    .filter((visit) => visit.error !== undefined && !hasCause(visit, run))
    .map(({ name, error }) => `${name} ends in ${error}`);

function hasCause({ error, plan, view }: Visit, { fault }: Run): boolean {
  if (error === "ERR_STORE") return fault !== undefined;
  const isRepeated = plan.script === "relogin" || loginOf(plan.script) === view?.owner;
  return error === "ERR_SESSION_ENDED" && view?.owner !== undefined && isRepeated;
}
