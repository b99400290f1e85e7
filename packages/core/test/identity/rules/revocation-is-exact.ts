import type { Run } from "../run.ts";
import { ends } from "../scripts.ts";
import { isTokenOf } from "../tokens.ts";
import type { Revocation, Visit } from "../visit.ts";
import type { Rule } from "./rule.ts";

/** After `revokeAll` no session that alice had before opens as hers, but for the excepted one, which goes on. */
export const revocationIsExact: Rule = async (run) => {
  const broken: string[] = [];
  for (const visit of run.visits) {
    const { revocation } = visit;
    if (!revocation || !visit.isAnswered) continue;
    broken.push(...seenAfter(visit, revocation, run), ...(await openInTheEnd(visit, revocation, run)));
    broken.push(...(await exceptedIsLost(visit, revocation, run)));
  }
  return broken;
};

function isEnded({ before, except }: Revocation, sid: string | undefined): boolean {
  return sid !== undefined && sid !== except && before.includes(sid);
}

function seenAfter(end: Visit, revocation: Revocation, run: Run): string[] {
  return run.visits.flatMap(({ name, sent, carried, view, plan }) => {
    if (!sent || !end.settled || view?.owner !== "alice" || isGivenBack(plan.who, run)) return [];
    const isLater = sent.order > end.settled.order && sent.at >= end.settled.at + run.mode.staleFor;
    return isLater && isEnded(revocation, carried?.sid) ? [`${name} is alice after ${end.name}`] : [];
  });
}

async function openInTheEnd({ name, settled }: Visit, revocation: Revocation, run: Run): Promise<string[]> {
  const seconds = run.secondsUntil(Number(settled?.at) + run.mode.staleFor);
  const broken: string[] = [];
  for (const { cookies, token } of run.known.filter(({ token }) => isEnded(revocation, token.sid))) {
    const { owner } = await run.world.look(cookies, seconds);
    if (owner === "alice" && !isGivenBack("browser", run)) {
      broken.push(`the cookie ${run.names.ofToken(token)} is alice after ${name}`);
    }
  }
  const thief = await run.world.look(run.jars.thief.header, seconds);
  const isExcepted = revocation.except !== undefined && thief.id === revocation.except;
  if (thief.owner === "alice" && !isExcepted) broken.push(`the thief is alice after ${name}`);
  return broken;
}

/** A session that went to bob meanwhile was not alice's to end, and she may have signed in to it again. */
function isGivenBack(who: string, { visits }: Run): boolean {
  return who === "browser" && visits.some(({ plan }) => plan.script === "login bob");
}

async function exceptedIsLost({ index, name }: Visit, { except }: Revocation, run: Run): Promise<string[]> {
  const others = run.visits.filter((visit) => visit.index !== index);
  const isExcused = others.some(
    ({ plan, error }) => ends(plan.script) || plan.script === "login bob" || error !== undefined,
  );
  if (except === undefined || isExcused) return [];
  const views = await Promise.all(run.known.filter(isTokenOf(except)).map(({ cookies }) => run.world.look(cookies)));
  return views.some(({ owner }) => owner === "alice") ? [] : [`${name} ended the session that it excepted`];
}
