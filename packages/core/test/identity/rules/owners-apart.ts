import type { View } from "../world.ts";
import { type Rule, valuesOf } from "./rule.ts";

/** No owner ever sees what is another's, and nobody else what is an owner's. */
export const ownersStayApart: Rule = async (run) => {
  const broken = run.visits.flatMap(({ name, view }) => (view ? foreign(view).map((what) => `${name} ${what}`) : []));
  for (const seconds of [0, run.mode.staleFor + 1]) {
    for (const { cookies, token } of run.known) {
      const view = await run.world.look(cookies, seconds);
      broken.push(...foreign(view).map((what) => `the cookie ${run.names.ofToken(token)} ${what}`));
    }
  }
  return broken;
};

function foreign(view: View): string[] {
  const others = valuesOf(view).filter(([, { owners }]) => owners.some((owner) => owner !== view.owner));
  return others.map(([key, { owners }]) => `shows ${key} of ${owners.join(" and ")} to ${view.owner ?? "nobody"}`);
}
