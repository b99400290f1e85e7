import { bareOnFetch } from "../hosts/bare-portable.ts";
import { inScenarios } from "../measure/in-scenarios.ts";
import type { Candidate } from "../measure/measure.ts";
import { nodePrimitive, signedText, webPrimitives } from "../measure/primitives.ts";
import { scenariosOf } from "../measure/scenarios.ts";
import type { Subject } from "../measure/subject.ts";
import { oursPortable } from "../ours/portable.ts";
import { portablePeers } from "../peers/portable.ts";

/** This library and the peers that run in every runtime; of these only what they are compared by. */
export const subjects: readonly Subject[] = [...oursPortable, ...portablePeers].filter(
  ({ keeps }) => keeps === "cookie",
);

/** All that is timed in a runtime. */
export async function portableCandidates(): Promise<Candidate[]> {
  console.error = () => {};
  const { candidates } = await inScenarios(subjects, bareOnFetch, (subject) =>
    scenariosOf(subject).filter(({ name }) => oursPortable.includes(subject) || name === "read"),
  );
  const text = await signedText();
  return [...candidates, await nodePrimitive(text), ...(await webPrimitives(text))];
}
