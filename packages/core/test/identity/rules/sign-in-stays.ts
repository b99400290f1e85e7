import type { Run } from "../run.ts";
import { ends, loginOf, raises, type Script } from "../scripts.ts";
import type { Visit } from "../visit.ts";
import type { Rule } from "./rule.ts";

/** The only login of a run is not lost to a slower request that did not sign in. */
export const signInStays: Rule = async (run) => {
  const logins = run.visits.filter(({ plan }) => loginOf(plan.script) !== undefined);
  const [login] = logins;
  if (!login || logins.length > 1 || !login.isAnswered || isExcused(run) || isOvertaken(login, run)) return [];
  const { owner } = await (await run.after(0)).look(run.jars.browser.header);
  return owner === loginOf(login.plan.script)
    ? []
    : [`${login.name} is lost: in the end the browser is ${owner ?? "nobody"}`];
};

/** Where a `regenerate` replaced its token first, both are answered with a cookie, and the last one wins. */
function isOvertaken(login: Visit, { visits }: Run): boolean {
  return visits.some(({ index, plan, issued }) => index !== login.index && raises(plan.script) && issued !== undefined);
}

function isExcused({ mode, scenario, visits, fault, isLong }: Run): boolean {
  const isDisturbed = visits.some(({ plan, hasArrived }) => plan.who !== "browser" || ends(plan.script) || !hasArrived);
  // A write without a session, or by a token that was replaced long ago, begins one: the last answer wins.
  const isWithout = scenario.start === "nothing" || scenario.start === "dead" || isLong;
  const others = isWithout && visits.some(({ plan }) => begins.includes(plan.script));
  return !mode.merges || isDisturbed || fault !== undefined || others;
}

const begins: readonly Script[] = ["set", "update", "flash"];
