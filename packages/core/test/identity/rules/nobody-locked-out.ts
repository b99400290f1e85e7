import type { Run } from "../run.ts";
import { setOwnKey } from "../scripts.ts";
import type { Rule } from "./rule.ts";

/** Seconds after which a former token is nothing any more. */
const LATER = 11;

/** A browser can sign in at any time, and begin a session ten seconds after whatever has happened. */
export const nobodyIsLockedOut: Rule = async (run) => {
  const broken: string[] = [];
  for (const owner of ["alice", "bob"]) {
    for (const seconds of [0, LATER]) {
      const problem = await problemOfLogin(owner, run, seconds);
      if (problem) broken.push(`${seconds} s after the end a login as ${owner} ${problem}`);
    }
  }
  if (!(await run.world.aside(LATER, () => canBegin(run)))) broken.push("after 11 s no session can begin");
  if (!(await run.world.aside(0, () => canBeginDespiteLoop(run)))) {
    broken.push("after 11 s no session can begin while the thief regenerates in a loop");
  }
  return broken;
};

async function problemOfLogin(owner: string, run: Run, seconds: number): Promise<string | undefined> {
  const { staleFor } = run.mode;
  const problem = await run.world.aside(seconds, () => signIn(owner, run));
  // A stale copy shows a session that has ended as alive: a login to it is none, until the copy is too old.
  const isStale = problem === "ends in ERR_SESSION_ENDED" && seconds < staleFor;
  const before = isStale ? await run.world.look(run.jars.browser.header, seconds) : undefined;
  return before?.owner === owner ? problemOfLogin(owner, run, staleFor) : problem;
}

/** What is wrong with a login by what the browser has in the end. */
async function signIn(owner: string, { world, jars }: Run): Promise<string | undefined> {
  const jar = jars.browser.copy();
  try {
    await world.visit(jar, (session) => session.login(owner));
  } catch (error) {
    return `ends in ${(error as { code?: string }).code ?? error}`;
  }
  return (await world.look(jar.header)).owner === owner ? undefined : "does not sign in";
}

/** Whether a key that is set is there at the next request; where copies grow old, once they have. */
async function canBegin({ world, mode, jars }: Run): Promise<boolean> {
  const jar = jars.browser.copy();
  for (const seconds of mode.staleFor === 0 ? [0] : [0, mode.staleFor]) {
    world.clock.seconds += seconds;
    await world.visit(jar, (session) => setOwnKey(session, { index: PROBE, padding: mode.padding }));
    if (`key ${PROBE}` in (await world.look(jar.header)).data) return true;
  }
  return false;
}

/** Stands for the request that tries. */
const PROBE = 100;

/** The thief replaces the token again and again, for eleven seconds. */
async function canBeginDespiteLoop(run: Run): Promise<boolean> {
  const thief = run.jars.thief.copy();
  for (const seconds of [0, 4, 4, 3]) {
    run.world.clock.seconds += seconds;
    await run.world.visit(thief, (session) => session.regenerate());
  }
  return canBegin(run);
}
