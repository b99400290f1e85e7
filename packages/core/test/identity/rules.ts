import { laterStaysUnseen, plantedOpensNoOwner, replacedOpensNothing } from "./rules/earlier-tokens.ts";
import { errorChangesNothing } from "./rules/error-changes-nothing.ts";
import { errorsHaveCauses } from "./rules/errors-have-causes.ts";
import { noResurrection } from "./rules/no-resurrection.ts";
import { nobodyIsLockedOut } from "./rules/nobody-locked-out.ts";
import { nothingAcknowledgedIsLost } from "./rules/nothing-acknowledged-lost.ts";
import { ownersStayApart } from "./rules/owners-apart.ts";
import { revocationIsExact } from "./rules/revocation-is-exact.ts";
import type { Rule } from "./rules/rule.ts";
import { signInStays } from "./rules/sign-in-stays.ts";
import { signInWorks } from "./rules/sign-in-works.ts";
import type { Run } from "./run.ts";

const rules: Readonly<Record<string, Rule>> = {
  noResurrection,
  replacedOpensNothing,
  plantedOpensNoOwner,
  laterStaysUnseen,
  signInWorks,
  nobodyIsLockedOut,
  signInStays,
  nothingAcknowledgedIsLost,
  errorChangesNothing,
  revocationIsExact,
  ownersStayApart,
  errorsHaveCauses,
};

/** Throws an error that says which rules are broken, and shows the steps that led there. */
export async function checkRules(run: Run): Promise<void> {
  const broken = await brokenRules(run);
  if (broken.length === 0) return;
  const { start, age, persistent } = run.scenario;
  const beginning = `start: ${start}${persistent ? ", persistent" : ""}, ${age} s ago`;
  throw new Error(`${broken.join("\n")}\nmode: ${run.mode.name}; ${beginning}\n${run.trace}`);
}

/** Like "noResurrection: the cookie A/0 opens ...". */
export async function brokenRules(run: Run): Promise<string[]> {
  const broken: string[] = [];
  for (const [name, rule] of Object.entries(rules)) {
    for (const sentence of await rule(run)) broken.push(`${name}: ${sentence}`);
  }
  return broken;
}
