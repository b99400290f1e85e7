import { bare } from "../hosts/bare.ts";
import { type Candidate, timed } from "./measure.ts";
import { prepare, type ScenarioName, scenarios } from "./scenarios.ts";
import type { Host, Subject } from "./subject.ts";

/** A subject's name among the candidates of a run. */
export function nameOf({ name, host }: Pick<Subject, "name" | "host">, scenario: ScenarioName): string {
  return `${host} | ${name} | ${scenario}`;
}

export function bareName(host: Host): string {
  return `${host} | bare`;
}

/** The scenarios that a subject is asked: one that keeps sessions in cookies has no memory to read from. */
export function scenariosOf({ keeps }: Subject): ScenarioName[] {
  return scenarios.filter((scenario) => scenario.keeps.some((one) => one === keeps)).map(({ name }) => name);
}

export interface InScenarios {
  readonly candidates: readonly Candidate[];
  /** Bytes of Set-Cookie, by candidate. */
  readonly setCookieBytes: ReadonlyMap<string, number>;
}

/** Subjects in their scenarios, each checked, beside the bare hosts that they need. */
export async function inScenarios(subjects: readonly Subject[]): Promise<InScenarios> {
  const candidates = [...new Set(subjects.map(({ host }) => host))].map((host) =>
    timed(bareName(host), bareServe(host)),
  );
  const setCookieBytes = new Map<string, number>();
  for (const subject of subjects) {
    for (const scenario of scenarios) {
      if (!scenariosOf(subject).includes(scenario.name)) continue;
      const name = nameOf(subject, scenario.name);
      const prepared = await prepare(subject, scenario);
      candidates.push(timed(name, prepared.serve));
      setCookieBytes.set(name, prepared.setCookieBytes);
    }
  }
  return { candidates, setCookieBytes };
}

function bareServe(host: Host): () => unknown {
  const serve = bare[host]();
  return () => serve();
}
