import type { Jar } from "../../jar.ts";
import type { Run } from "../run.ts";
import { setOwnKey } from "../scripts.ts";
import type { World } from "../world.ts";
import type { Rule } from "./rule.ts";

/** Seconds after which a former token is nothing any more. */
const LATER = 11;

/** A browser can sign in at any time, and begin a session ten seconds after whatever has happened. */
export const nobodyIsLockedOut: Rule = async (run) => {
  const broken: string[] = [];
  for (const owner of ["alice", "bob"]) {
    for (const seconds of [0, LATER]) {
      const problem = await signIn(owner, run, seconds);
      if (problem) broken.push(`${seconds} s after the end a login as ${owner} ${problem}`);
    }
  }
  if (!(await canBegin(run, await run.world.fork(LATER)))) broken.push("after 11 s no session can begin");
  if (!(await canBegin(run, await afterThiefsLoop(run)))) {
    broken.push("after 11 s no session can begin while the thief regenerates in a loop");
  }
  return broken;
};

/** What is wrong with a login by what the browser has in the end. */
async function signIn(owner: string, run: Run, seconds: number): Promise<string | undefined> {
  const world = await run.world.fork(seconds);
  const jar = run.jars.browser.copy();
  const error = await visitOrFail(world, jar, owner);
  if (error === undefined) return (await world.look(jar.header)).owner === owner ? undefined : "does not sign in";
  // A stale copy shows a session that has ended as alive: a login to it is none, until the copy is too old.
  const { staleFor } = run.mode;
  if (error !== "ERR_SESSION_ENDED" || staleFor <= seconds) return `ends in ${error}`;
  const isStale = (await world.look(jar.header)).owner === owner;
  return isStale ? signIn(owner, run, staleFor + 1) : `ends in ${error}`;
}

async function visitOrFail(world: World, jar: Jar, owner: string): Promise<string | undefined> {
  try {
    await world.visit(jar, (session) => session.login(owner));
    return undefined;
  } catch (error) {
    return String((error as { code?: string }).code ?? error);
  }
}

/** Whether a key that is set is there at the next request; where copies grow old, once they have. */
async function canBegin(run: Run, world: World): Promise<boolean> {
  const jar = run.jars.browser.copy();
  const tries = run.mode.staleFor === 0 ? [0] : [0, run.mode.staleFor];
  for (const seconds of tries) {
    world.clock.seconds += seconds;
    await world.visit(jar, (session) => setOwnKey(session, { index: PROBE, padding: run.mode.padding }));
    if (`key ${PROBE}` in (await world.look(jar.header)).data) return true;
  }
  return false;
}

/** Stands for the request that tries. */
const PROBE = 100;

/** The thief replaces the token again and again, for eleven seconds. */
async function afterThiefsLoop(run: Run): Promise<World> {
  const world = await run.world.fork(0);
  const thief = run.jars.thief.copy();
  for (const seconds of [0, 4, 4, 3]) {
    world.clock.seconds += seconds;
    await world.visit(thief, (session) => session.regenerate());
  }
  return world;
}
