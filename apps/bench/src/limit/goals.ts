import { bareName, nameOf } from "../measure/in-scenarios.ts";
import type { Rounds } from "../measure/measure.ts";
import { primitiveNames } from "../measure/primitives.ts";
import type { ScenarioName } from "../measure/scenarios.ts";
import { ownCost, timeOf } from "../measure/statistics.ts";
import { oursName } from "../ours/ways.ts";
import { atMost, type Goal } from "../report/findings.ts";

const host = "Node http";

/** What this library adds on plain Node, in microseconds. */
export function costOnNode(
  rounds: Rounds,
  how: "nodeHmac" | "WebCrypto" | "encrypted",
  scenario: ScenarioName,
): number {
  return ownCost(rounds, nameOf({ name: oursName(how), host }, scenario), bareName(host));
}

/** The goals that are multiples of a primitive in the same run; `slack` multiplies them. */
export function goalsAgainstPrimitives(sequential: Rounds, parallel: Rounds, slack = 1): Goal[] {
  const [read, write] = (["read", "read and write"] as const).map((scenario) => {
    return costOnNode(sequential, "nodeHmac", scenario) / timeOf(sequential, primitiveNames.createHmac);
  });
  const forged = costOnNode(sequential, "nodeHmac", "forged") / costOnNode(sequential, "nodeHmac", "read");
  return [
    atMost(`read, nodeHmac, ${host}: of one createHmac`, 4 * slack, read),
    atMost(`read and write, nodeHmac, ${host}: of one createHmac`, 8 * slack, write),
    atMost(`read, WebCrypto, ${host}, 32 in flight: of one subtle.verify`, 3.5 * slack, readsInVerifies(parallel)),
    atMost(`forged, nodeHmac, ${host}: of a read`, slack, forged),
  ];
}

/** Encryption beside the bare calls of jose for the same claims. */
export function goalsOfEncryption(rounds: Rounds): Goal[] {
  const [read, write] = (["read", "read and write"] as const).map((scenario) =>
    costOnNode(rounds, "encrypted", scenario),
  );
  const decrypt = timeOf(rounds, primitiveNames.joseDecrypt);
  const both = decrypt + timeOf(rounds, primitiveNames.joseEncrypt);
  return [
    atMost(`read, encrypted, ${host}: of one jose compactDecrypt`, 1.5, Number(read) / decrypt),
    atMost(`read and write, encrypted, ${host}: of jose's two calls`, 1.5, Number(write) / both),
  ];
}

/** What a read with WebCrypto costs, in calls of `subtle.verify`. */
export function readsInVerifies(rounds: Rounds): number {
  return costOnNode(rounds, "WebCrypto", "read") / timeOf(rounds, primitiveNames.verify);
}
