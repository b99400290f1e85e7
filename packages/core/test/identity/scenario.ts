import fc from "fast-check";
import type { Fault } from "../../src/testing.ts";
import type { Mode, Start } from "./modes.ts";
import type { Script } from "./scripts.ts";
import { REFRESH } from "./world.ts";

/** Who sends a request. The office has no cookies: it ends sessions from outside. */
export type Who = "browser" | "thief" | "office";

export interface Plan {
  readonly who: Who;
  readonly script: Script;
}

/** What happens in a run, but for the order. */
export interface Scenario {
  readonly start: Start;
  readonly requests: readonly Plan[];
  /** Seconds that pass in between, each at a moment of its own. */
  readonly pauses: readonly number[];
  /** Seconds from the beginning of the session to the first request. */
  readonly age: number;
  readonly persistent: boolean;
  /** Whether each request meets a process of its own. */
  readonly manyProcesses: boolean;
  readonly slowAnswers: boolean;
  /** The number of the store's call that fails, and where. */
  readonly fault?: { readonly call: number; readonly place: Fault } | undefined;
  /** The number of the request whose handler takes its time. */
  readonly slow?: number | undefined;
  /** The number of the request whose answer is lost. */
  readonly lost?: number | undefined;
}

/** More often what is more dangerous. */
const browserScripts: readonly (readonly [weight: number, script: Script])[] = [
  [1, "read"],
  [1, "refresh"],
  [2, "set"],
  [2, "update"],
  [1, "flash"],
  [2, "regenerate"],
  [4, "login alice"],
  [3, "login bob"],
  [2, "relogin"],
  [2, "destroy"],
  [1, "clear"],
  [1, "revokeOthers"],
];

/** A thief cannot sign in: the password is not stolen. */
const thiefScripts: readonly (readonly [weight: number, script: Script])[] = [
  [1, "read"],
  [1, "set"],
  [1, "update"],
  [3, "regenerate"],
  [2, "relogin"],
];

const officeScripts: readonly (readonly [weight: number, script: Script])[] = [[1, "revokeAll"]];

/** Scenarios of one to three requests. */
export function scenarios(mode: Mode): fc.Arbitrary<Scenario> {
  return fc
    .record({
      start: fc.constantFrom(...mode.starts),
      requests: requests(mode),
      pauses: fc.array(fc.constantFrom(4, 11), { maxLength: 3 }),
      age: fc.constantFrom(1, 25),
      persistent: fc.boolean(),
      manyProcesses: fc.boolean(),
      slowAnswers: fc.boolean(),
      fault: sometimes(fc.record({ call: fc.nat(8), place: fc.constantFrom<Fault>("before", "after") })),
      slow: fc.constantFrom(undefined, 0, 0, 1, 2),
      lost: sometimes(fc.nat(2)),
    })
    .filter(({ requests }) => requests.some(({ who }) => who === "browser"))
    .map(inTimeForRefresh);
}

const changing: readonly Script[] = ["login alice", "login bob", "regenerate", "destroy", "clear"];

/** Any requests at once, a button that is clicked again, or one that changes much beside pages that do not. */
function requests(mode: Mode): fc.Arbitrary<Plan[]> {
  const any = fc.array(plans(mode), { minLength: 1, maxLength: 3, size: "max" });
  const by = (...scripts: Script[]) => fc.constantFrom(...scripts.map((script): Plan => ({ who: "browser", script })));
  const login = by("login alice", "login bob");
  const again = fc.tuple(login, fc.integer({ min: 2, max: 3 })).map(([plan, count]) => Array(count).fill(plan));
  const pages = fc.array(by("read", "refresh", "set", "update", "flash"), { minLength: 1, maxLength: 2, size: "max" });
  const great = by(...changing.filter((script) => !mode.without.includes(script)));
  const beside = fc.tuple(pages, great).map(([others, last]) => [...others, last]);
  return fc.oneof({ weight: 4, arbitrary: any }, { weight: 1, arbitrary: again }, { weight: 2, arbitrary: beside });
}

function plans({ without }: Mode): fc.Arbitrary<Plan> {
  const by = (who: Who, scripts: typeof browserScripts) => {
    const possible = scripts.filter(([, script]) => !without.includes(script));
    const weighted = possible.map(([weight, script]) => ({ weight, arbitrary: fc.constant({ who, script }) }));
    return { weight: 1, arbitrary: fc.oneof(SIMPLER, ...weighted) };
  };
  const office = without.includes("revokeAll") ? [] : [by("office", officeScripts)];
  return fc.oneof(
    { ...by("browser", browserScripts), weight: 6 },
    { ...by("thief", thiefScripts), weight: 2 },
    ...office,
  );
}

/** A failing example shrinks to the first alternative. */
const SIMPLER = { withCrossShrink: true };

function sometimes<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof(SIMPLER, { weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

/** A refresh is a read for which the time has come. */
function inTimeForRefresh(scenario: Scenario): Scenario {
  const isDue = scenario.requests.some(({ script }) => script === "refresh");
  return isDue ? { ...scenario, age: 2 * REFRESH } : scenario;
}
