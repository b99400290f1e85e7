import type { Run } from "../run.ts";
import { ends, loginOf, revokes, type Script } from "../scripts.ts";
import { isTokenOf, tokenIn } from "../tokens.ts";
import type { Visit } from "../visit.ts";
import type { View } from "../world.ts";
import type { Rule } from "./rule.ts";

/** What was answered with success is there in the end, unless its session ended or the library said that it dropped it. */
export const nothingAcknowledgedIsLost: Rule = async (run) => {
  if (!run.mode.merges || run.visits.some(({ plan }) => revokes(plan.script))) return [];
  const broken: string[] = [];
  for (const [sid, writers] of writersBySession(run)) {
    if (!isInStore(sid, run)) continue;
    const enders = run.visits.filter((visit) => ends(visit.plan.script) && visit.carried?.sid === sid);
    const kept = writers.filter((writer) => enders.every((ender) => isSpared(writer, ender, run)));
    if (kept.length > 0) broken.push(...(await missingIn(sid, kept, run)));
  }
  return [...broken, ...unbegun(run)];
};

/** With overflow, a session that begins with little is in its token, where the last answer wins. */
function isInStore(sid: string, { mode, first }: Run): boolean {
  return mode.recordsById || first.some((cookies) => tokenIn(cookies)?.sid === sid);
}

/** A request that empties its session leaves alone what another has written meanwhile. */
function isSpared(writer: Visit, ender: Visit, { pace, scenario }: Run): boolean {
  const isBefore = Number(writer.settled?.order) < Number(ender.settled?.order);
  const isKnown = pace.isExact && !scenario.slowAnswers && ender.plan.script === "clear" && ender.isAnswered;
  return isKnown && isBefore && writer.plan.script === "set" && !(`key ${writer.index}` in (ender.view?.data ?? {}));
}

const writing: readonly Script[] = ["set", "update", "flash", "login alice", "login bob"];

function isAcknowledged({ plan, isAnswered, isDropped }: Visit): boolean {
  return writing.includes(plan.script) && isAnswered && !isDropped;
}

/** Ids of sessions, and the requests that have written to each. */
function writersBySession(run: Run): Map<string, Visit[]> {
  const sessions = new Map<string, Visit[]>();
  for (const visit of run.visits.filter(isAcknowledged)) {
    // A copy may show as alive what had ended before.
    const isOver = visit.view?.isNew || run.scenario.start === "dead";
    const token = visit.issued ?? (isOver ? undefined : visit.carried);
    // Who comes too late counts as one without a session.
    if (!token || (run.isLong && run.replacer(visit.carried))) continue;
    sessions.set(token.sid, [...(sessions.get(token.sid) ?? []), visit]);
  }
  return sessions;
}

/** A write without a session begins one. */
function unbegun(run: Run): string[] {
  return run.visits.flatMap((visit) => {
    const { view, issued, name } = visit;
    const begins = isAcknowledged(visit) && view?.isNew && view.ended !== "superseded";
    return begins && !issued ? [`${name} wrote to a new session, and got no cookie`] : [];
  });
}

async function missingIn(sid: string, writers: readonly Visit[], run: Run): Promise<string[]> {
  const found = await aliveIn(sid, run);
  if (!found) {
    // The token of a request that failed is not known.
    return run.visits.some(({ error }) => error !== undefined)
      ? []
      : [`no cookie opens the session that ${writers[0]?.name} wrote to`];
  }
  const kept = writers.filter(({ view, plan }) => isStillTheirs(loginOf(plan.script) ?? view?.owner, found.view, run));
  return [...lostKeys(kept, found.view), ...miscounts(kept, found.view), ...lostFlashes(kept, found.messages)];
}

interface Alive {
  readonly view: View;
  readonly messages: readonly string[];
}

/** The session as it is in the end, by whichever cookie opens it. */
async function aliveIn(sid: string, run: Run): Promise<Alive | undefined> {
  for (const { cookies } of run.known.filter(isTokenOf(sid))) {
    const { view, messages } = await run.world.read(cookies, run.mode.staleFor);
    if (!view.isNew) return { view, messages };
  }
  return undefined;
}

/** Another owner drops all that there was. */
function isStillTheirs(writer: string | undefined, { owner }: View, run: Run): boolean {
  const logins = run.visits.flatMap(({ plan }) => loginOf(plan.script) ?? []);
  const before = run.scenario.start.startsWith("alice") ? ["alice"] : [];
  if (new Set([...logins, ...before]).size < 2) return true;
  return logins.length < 2 && writer === owner;
}

function lostKeys(writers: readonly Visit[], { data }: View): string[] {
  const setters = writers.filter(({ plan }) => plan.script === "set" || loginOf(plan.script) !== undefined);
  return setters.filter(({ index }) => !(`key ${index}` in data)).map(({ name }) => `what ${name} set is lost`);
}

function miscounts(writers: readonly Visit[], { data }: View): string[] {
  const by = data.counter?.by ?? [];
  const counters = writers.filter(({ plan }) => plan.script === "update");
  const lost = counters.filter(({ index }) => !by.includes(index)).map(({ name }) => `the update of ${name} is lost`);
  const isRepeated = new Set(by).size < by.length;
  return isRepeated ? [...lost, `an update was counted twice: by ${by.join(", ")}`] : lost;
}

function lostFlashes(writers: readonly Visit[], messages: readonly string[]): string[] {
  const flashers = writers.filter(({ plan }) => plan.script === "flash");
  return flashers.flatMap(({ index, name }) => {
    const times = messages.filter((message) => message === `${index}`).length;
    return times === 1 ? [] : [`the flash of ${name} is there ${times} times`];
  });
}
