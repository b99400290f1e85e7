import type { BareHosts } from "../hosts/bare-portable.ts";
import { type Candidate, timed } from "./measure.ts";
import { prepare, type ScenarioName, scenariosOf } from "./scenarios.ts";
import type { Host, Subject } from "./subject.ts";

/** A subject's name among the candidates of a run. */
export function nameOf({ name, host }: Pick<Subject, "name" | "host">, scenario: ScenarioName): string {
  return `${host} | ${name} | ${scenario}`;
}

export function bareName(host: Host): string {
  return `${host} | bare`;
}

export interface InScenarios {
  readonly candidates: readonly Candidate[];
  /** Bytes of Set-Cookie, by candidate. */
  readonly setCookieBytes: ReadonlyMap<string, number>;
}

/** Subjects in their scenarios, each checked, beside the bare hosts that they need. */
export async function inScenarios(
  subjects: readonly Subject[],
  bare: BareHosts,
  asked: typeof scenariosOf = scenariosOf,
): Promise<InScenarios> {
  const hosts = [...new Set(subjects.map(({ host }) => host))];
  const candidates = hosts.map((host) => timed(bareName(host), bareServe(bare, host)));
  const setCookieBytes = new Map<string, number>();
  for (const subject of subjects) {
    for (const scenario of asked(subject)) {
      const name = nameOf(subject, scenario.name);
      const prepared = await prepare(subject, scenario);
      candidates.push(timed(name, prepared.serve));
      setCookieBytes.set(name, prepared.setCookieBytes);
    }
  }
  return { candidates, setCookieBytes };
}

function bareServe(bare: BareHosts, host: Host): () => unknown {
  const serve = bare[host]?.();
  if (!serve) throw new Error(`There is no bare ${host}.`);
  return () => serve();
}
