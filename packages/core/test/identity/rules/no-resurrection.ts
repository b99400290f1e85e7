import type { Run } from "../run.ts";
import type { Visit } from "../visit.ts";
import { isEmpty, type Rule, show } from "./rule.ts";

/** What was ended never opens again, under any cookie that was issued for it, and no write brings it back. */
export const noResurrection: Rule = async (run) => {
  const broken: string[] = [];
  for (const visit of run.visits.filter((each) => hasEnded(each, run))) {
    broken.push(...seenAfter(visit, run), ...(await openInTheEnd(visit, run)));
  }
  return broken;
};

/** Whether this request ended the session whose token it carried, for certain. */
export function hasEnded(visit: Visit, run: Run): boolean {
  const { view, carried, plan, isAnswered } = visit;
  if (!isAnswered || !view || !carried || isTooLate(visit, run)) return false;
  if (plan.script === "destroy") return !view.isNew || view.ended === "superseded";
  return plan.script === "clear" && run.mode.recordsById && !view.isNew && visit.clears;
}

/** Whether its token had been replaced so long ago that it counts as none. */
function isTooLate({ carried, settled }: Visit, run: Run): boolean {
  const replaced = run.replaced(carried);
  return replaced !== undefined && settled !== undefined && settled.at - replaced.at >= 10;
}

function seenAfter(end: Visit, run: Run): string[] {
  const { staleFor } = run.mode;
  return run.visits.flatMap(({ name, sent, carried, view }) => {
    if (!sent || !view || !end.settled || carried?.sid !== end.carried?.sid) return [];
    const isLater = sent.order > end.settled.order && sent.at >= end.settled.at + staleFor;
    return isLater && !isEmpty(view) ? [`${name} sees ${show(view)}, which ${end.name} had ended`] : [];
  });
}

async function openInTheEnd({ name, carried, settled }: Visit, run: Run): Promise<string[]> {
  const { staleFor, recordsById } = run.mode;
  const sid = String(carried?.sid);
  const seconds = run.secondsUntil(Number(settled?.at) + staleFor);
  const broken: string[] = [];
  for (const { cookies, token } of run.known.filter(({ token }) => token.sid === sid)) {
    const view = await run.world.look(cookies, seconds);
    if (!isEmpty(view))
      broken.push(`the cookie ${run.names.ofToken(token)} opens ${show(view)}, which ${name} had ended`);
  }
  if (recordsById && (await run.world.hasRecord(sid))) broken.push(`there is a record of what ${name} had ended`);
  return broken;
}
