import type { Run } from "../run.ts";
import { loginOf, raises } from "../scripts.ts";
import { isSame, type Token } from "../tokens.ts";
import { inOrder, type Visit } from "../visit.ts";
import type { View } from "../world.ts";
import { isPrivate, type Rule, show, valuesOf } from "./rule.ts";

/** A token that was replaced opens nothing of its owner any more. */
export const replacedOpensNothing: Rule = async (run) => {
  const { staleFor } = run.mode;
  const seen = run.visits.flatMap(({ name, carried, sent, view }) => {
    const replaced = run.replacer(carried)?.settled;
    if (!view || !sent || !replaced || sent.order < replaced.order || sent.at < replaced.at + staleFor) return [];
    return isPrivate(view) ? [`${name} sees ${show(view)} by a token that was replaced`] : [];
  });
  for (const { cookies, token } of run.known) {
    const replaced = run.replacer(token)?.settled;
    if (!replaced) continue;
    const view = await run.world.look(cookies, run.secondsUntil(replaced.at + staleFor));
    if (isPrivate(view)) seen.push(`the replaced cookie ${run.names.ofToken(token)} opens ${show(view)}`);
  }
  return seen;
};

/** Whoever planted a cookie never gets into the session that its victim signed in to. */
export const plantedOpensNoOwner: Rule = async (run) => {
  if (run.scenario.start !== "anonymous") return [];
  const seen = thiefsVisits(run).flatMap(({ name, view }) =>
    view && isPrivate(view) ? [`${name} sees ${show(view)} by a planted cookie`] : [],
  );
  for (const seconds of [0, run.mode.staleFor + 1]) {
    const view = await run.world.look(run.jars.thief.header, seconds);
    if (isPrivate(view)) seen.push(`the planted cookie opens ${show(view)}`);
  }
  return seen;
};

/** The holder of an earlier token neither sees what was written under a later one, nor gets that one. */
export const laterStaysUnseen: Rule = async (run) => {
  const held = heldByThief(run);
  const broken = thiefsVisits(run).flatMap((visit) => [
    ...(visit.view ? unseemly(visit.view, held, run).map((key) => `${visit.name} sees ${key}`) : []),
    ...(isStolen(visit, run)
      ? [`${visit.name} gets the cookie of somebody else, ${run.names.ofToken(visit.issued)}`]
      : []),
  ]);
  const view = await run.world.look(run.jars.thief.header);
  return [...broken, ...unseemly(view, held, run).map((key) => `the thief's cookie opens ${key}`)];
};

function thiefsVisits({ visits }: Run): Visit[] {
  return visits.filter(({ plan }) => plan.who === "thief");
}

/** The tokens that the thief had at the beginning, or made. */
function heldByThief(run: Run): Token[] {
  const visits = thiefsVisits(run).filter((visit) => !isStolen(visit, run));
  const tokens = [run.planted, ...visits.flatMap(({ carried, issued }) => [carried, issued])];
  return tokens.filter((token) => token !== undefined);
}

/** Whether its answer brought a token that another's request had made. */
function isStolen({ issued, carried }: Visit, run: Run): boolean {
  if (!issued || isSame(issued, carried)) return false;
  const makers = inOrder(run.visits).filter((each) => isSame(each.issued, issued) && isMakerForSure(each, run));
  return makers[0]?.plan.who === "browser";
}

/** A sign-in may have joined a session and got a token that was there: who was first is not always known. */
function isMakerForSure({ plan }: Visit, { pace, scenario, fault }: Run): boolean {
  return loginOf(plan.script) === undefined || (pace.isExact && !scenario.slowAnswers && fault === undefined);
}

/** Keys that were written under tokens which the thief never held. */
function unseemly(view: View, held: readonly Token[], run: Run): string[] {
  return valuesOf(view).flatMap(([key, { by }]) => {
    const strangers = by.map((index) => run.visits[index]).filter((writer) => writer && !isHeld(writer, held));
    return strangers.map((writer) => `${key}, written by ${writer?.name} under a later token`);
  });
}

function isHeld(writer: Visit, held: readonly Token[]): boolean {
  // What became of a write that ended in an error is not known: it may have been under either token.
  if (writer.error !== undefined) return true;
  const own = raises(writer.plan.script) ? (writer.issued ?? writer.carried) : (writer.carried ?? writer.issued);
  return held.some((token) => isSame(token, own));
}
