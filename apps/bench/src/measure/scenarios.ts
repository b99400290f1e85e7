import { type Payload, payload } from "./payload.ts";
import type { Action, Serve, Subject } from "./subject.ts";

/** What is asked of every library. */
export interface Scenario {
  readonly name: string;
  readonly keeps: readonly Subject["keeps"][];
  readonly action: Action;
  /** The cookie to send, made of one that the library gave. */
  readonly send: "none" | "own" | "forged";
  readonly body: (expected: Payload) => string;
}

const both = ["cookie", "memory"] as const;

export const scenarios = [
  { name: "untouched", keeps: both, action: "ignore", send: "none", body: () => "ok" },
  { name: "read", keeps: both, action: "read", send: "own", body: ({ userId }) => userId },
  { name: "read and write", keeps: ["cookie"], action: "write", send: "own", body: nextVisit },
  { name: "forged", keeps: both, action: "read", send: "forged", body: () => "nobody" },
  { name: "memory, read and write", keeps: ["memory"], action: "write", send: "own", body: nextVisit },
] as const satisfies readonly Scenario[];

export type ScenarioName = (typeof scenarios)[number]["name"];

/** Those that a subject is asked: what keeps sessions in cookies has no memory to read from. */
export function scenariosOf({ keeps }: Subject): (typeof scenarios)[number][] {
  return scenarios.filter((scenario) => scenario.keeps.some((one) => one === keeps));
}

function nextVisit({ visits }: Payload): string {
  return `visits: ${visits + 1}`;
}

/** So many visitors take turns, so that no two requests in flight write the same session. */
const VISITORS = 64;

/** A library in a scenario: checked, and ready to be timed. */
export interface Prepared {
  readonly serve: () => Promise<unknown>;
  /** What the check saw: bytes of Set-Cookie in the answer. */
  readonly setCookieBytes: number;
}

/** Throws where the library does not do what the scenario asks. */
export async function prepare(subject: Subject, scenario: Scenario, visitors = VISITORS): Promise<Prepared> {
  const handlers = await subject.open();
  const fill = handlers("fill");
  const given: string[] = [];
  while (given.length < visitors) given.push(cookiesOf((await fill()).setCookies()));
  const serve = handlers(scenario.action);
  const setCookieBytes = await check(subject, scenario, serve, given[0] ?? "");
  if (scenario.send === "none") return { serve: () => serve(), setCookieBytes };
  const cookies = given.map((cookie) => (scenario.send === "forged" ? forge(cookie) : cookie));
  let turn = 0;
  return { serve: () => serve(cookies[turn++ % visitors]), setCookieBytes };
}

async function check({ name, host }: Subject, scenario: Scenario, serve: Serve, cookie: string): Promise<number> {
  const sent = { none: undefined, own: cookie, forged: forge(cookie) }[scenario.send];
  const answer = await serve(sent);
  const expect = (expected: string, found: string) => {
    if (found !== expected) {
      throw new Error(`${name} on ${host}, ${scenario.name}: the answer is ${found}, not ${expected}.`);
    }
  };
  expect(scenario.body(payload), await answer.text());
  if (scenario.action === "write") {
    const next = await serve(merge(cookie, cookiesOf(answer.setCookies())));
    expect(scenario.body({ ...payload, visits: payload.visits + 1 }), await next.text());
  }
  return answer.setCookies().reduce((sum, line) => sum + line.length, 0);
}

/** The Cookie header that a browser makes of Set-Cookie lines; of two with the same name the later one counts. */
export function cookiesOf(lines: readonly string[]): string {
  return merge(...lines.map((line) => line.split(";", 1)[0] ?? ""));
}

function merge(...headers: string[]): string {
  const pairs = headers.flatMap((header) => header.split("; ")).filter((pair) => pair !== "");
  return [...new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair])).values()].join("; ");
}

/** Another letter near the end of every value, where its signature is; never within a %XX. */
function forge(cookie: string): string {
  const forged = cookie.split("; ").map((pair) => pair.replace(/^(.*)(?<!%.?)([a-z])(.{4,})$/i, otherLetter));
  return forged.join("; ");
}

function otherLetter(_pair: string, before: string, letter: string, after: string): string {
  return `${before}${letter === "x" ? "y" : "x"}${after}`;
}
