import type { Session, Sessions } from "../../src/index.ts";
import { Jar } from "../jar.ts";
import type { Run } from "./run.ts";
import type { Plan } from "./scenario.ts";
import { act, type Data } from "./scripts.ts";
import { clearsCookie, type Token, tokenIn } from "./tokens.ts";
import { describeCookies, describeOutcome, describeView } from "./trace.ts";
import { requestWith, type View, viewOf } from "./world.ts";

/** When something happened: in which order, and at which second. */
export interface Moment {
  readonly order: number;
  readonly at: number;
}

/** That sessions of alice were ended. */
export interface Revocation {
  /** Ids of those that she had when it began. */
  readonly before: readonly string[];
  readonly except: string | undefined;
}

/** One request, from its sending to the arrival of its answer, as far as it has come. */
export class Visit {
  readonly index: number;
  readonly plan: Plan;
  readonly name: string;
  sent: Moment | undefined;
  /** The token that it carried. */
  carried: Token | undefined;
  /** What its handler saw. */
  view: View | undefined;
  revocation: Revocation | undefined;
  /** When the library was done with it. */
  settled: Moment | undefined;
  /** The code of the error that it ended with. */
  error: string | undefined;
  lines: readonly string[] = [];
  /** The token of its answer. */
  issued: Token | undefined;
  /** Whether the library said that it dropped what this request wrote. */
  isDropped = false;
  hasArrived = false;
  /** What the answer's cookies opened when they left the server, and when they arrived. */
  opened: { atOnce?: View; onArrival?: View } = {};

  constructor(index: number, plan: Plan) {
    this.index = index;
    this.plan = plan;
    this.name = `request ${index} (${plan.who}: ${plan.script})`;
  }

  get isAnswered(): boolean {
    return this.settled !== undefined && this.error === undefined;
  }

  get clears(): boolean {
    return clearsCookie(this.lines);
  }

  /** The cookies of the answer, as a browser that had none would send them. */
  get cookies(): string | undefined {
    return new Jar().take(this.lines).header;
  }
}

/** Sends the request, runs its script, and delivers the answer. */
export async function perform(visit: Visit, run: Run): Promise<void> {
  await run.pace.step(`${visit.name} is sent`);
  visit.sent = run.moment();
  await serve(visit, run).catch((error) => refuse(visit, error));
  visit.settled = run.moment();
  run.log(`${visit.name} ends: ${describeOutcome(visit, run)}`);
  if (visit.plan.who === "office") return;
  if (visit.issued) visit.opened.atOnce = await run.world.look(visit.cookies);
  await run.pace.step(`the answer of ${visit.name} arrives`);
  await deliver(visit, run);
}

async function serve(visit: Visit, run: Run): Promise<void> {
  const { plan } = visit;
  const sessions = run.sessionsFor(visit);
  const cookie = run.jarOf(plan.who)?.header;
  visit.carried = tokenIn(cookie);
  run.log(`${visit.name} is sent with ${describeCookies(cookie, run)}`);
  if (plan.who === "office") return revokeAll(visit, run, sessions);
  const request = requestWith(cookie);
  run.visitOf.set(request, visit);
  const session = await sessions.load(request);
  await handle(visit, run, { session, sessions });
  await work(visit, run);
  await run.pace.step(`the handler of ${visit.name} returns`);
  const response = await sessions.commit(session, new Response("ok"));
  visit.lines = response.headers.getSetCookie();
  visit.issued = tokenIn(visit.cookies);
}

async function handle(
  visit: Visit,
  run: Run,
  { session, sessions }: { session: Session<Data>; sessions: Sessions<Data> },
): Promise<void> {
  const { index, plan } = visit;
  visit.view = viewOf(session);
  run.log(`${visit.name} sees ${describeView(visit.view)}`);
  const actor = {
    index,
    padding: run.mode.padding,
    revokeAll: (except?: string) => revokeAll(visit, run, sessions, except),
  };
  await act(plan.script, session, actor);
}

/** Steps of a slow handler: meanwhile others get on. */
const SLOW_STEPS = 8;

async function work({ index, name }: Visit, { pace, scenario }: Run): Promise<void> {
  const steps = scenario.slow === index ? SLOW_STEPS : 0;
  for (let i = 0; i < steps; i++) await pace.step(`the handler of ${name} works`);
}

async function revokeAll(visit: Visit, run: Run, sessions: Sessions<Data>, except?: string): Promise<void> {
  const before = await run.sessionsOfAlice();
  await sessions.revokeAll("alice", except === undefined ? {} : { except });
  visit.revocation = { before, except };
}

function refuse(visit: Visit, error: unknown): void {
  const { code } = error as { code?: string };
  visit.error = code ?? String((error as Error).stack);
}

async function deliver(visit: Visit, run: Run): Promise<void> {
  if (run.scenario.lost === visit.index && visit.plan.who === "browser") {
    return run.log(`the answer of ${visit.name} is lost`);
  }
  run.jarOf(visit.plan.who)?.take(visit.lines);
  visit.hasArrived = true;
  if (visit.issued) visit.opened.onArrival = await run.world.look(visit.cookies);
  run.log(`the answer of ${visit.name} arrives`);
}

/** The visits in the order in which the library was done with them. */
export function inOrder(visits: readonly Visit[]): Visit[] {
  const order = ({ settled }: Visit) => settled?.order ?? Number.POSITIVE_INFINITY;
  return [...visits].sort((one, other) => order(one) - order(other));
}
