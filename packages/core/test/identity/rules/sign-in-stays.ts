import type { Run } from "../run.ts";
import { ends, loginOf, raises, type Script } from "../scripts.ts";
import type { Rule } from "./rule.ts";

/** A login is lost neither to a slower request that did not sign in, nor to another login of the same owner. */
export const signInStays: Rule = async (run) => {
  const logins = run.visits.filter(({ plan, isAnswered }) => isAnswered && loginOf(plan.script) !== undefined);
  const owners = run.visits.flatMap(({ plan }) => loginOf(plan.script) ?? []);
  if (logins.length === 0 || new Set(owners).size > 1 || isExcused(run) || isOvertaken(run)) return [];
  const { owner } = await run.world.look(run.jars.browser.header);
  return owner === owners[0] ? [] : [`${logins[0]?.name} is lost: in the end the browser is ${owner ?? "nobody"}`];
};

/** Where a `regenerate` replaced the token first, both are answered with a cookie, and the last one wins. */
function isOvertaken({ visits }: Run): boolean {
  return visits.some(({ plan, issued }) => issued !== undefined && raises(plan.script) && !loginOf(plan.script));
}

function isExcused({ mode, scenario, visits, fault, isLong }: Run): boolean {
  const isDisturbed = visits.some(({ plan, hasArrived }) => plan.who !== "browser" || ends(plan.script) || !hasArrived);
  // A write without a session, or by a token that was replaced long ago, begins one: the last answer wins.
  const isWithout = scenario.start === "nothing" || scenario.start === "dead" || isLong;
  const others = isWithout && visits.some(({ plan }) => begins.includes(plan.script));
  return !mode.merges || isDisturbed || fault !== undefined || others;
}

const begins: readonly Script[] = ["set", "update", "flash"];
