import { bareHosts } from "../hosts/bare.ts";
import { costOnNode, goalsAgainstPrimitives, goalsOfEncryption, readsInVerifies } from "../limit/goals.ts";
import { bareName, inScenarios, nameOf } from "../measure/in-scenarios.ts";
import { measure, type Rounds } from "../measure/measure.ts";
import { nodePrimitive, primitiveNames, signedText, webPrimitives } from "../measure/primitives.ts";
import type { ScenarioName } from "../measure/scenarios.ts";
import { ownCost, timeOf } from "../measure/statistics.ts";
import { ours } from "../ours/ours.ts";
import { atMost, type Table } from "../report/findings.ts";
import type { Part } from "./part.ts";

/** This library against the primitives that it can't do without. */
export const limit: Part = {
  packages: ["jose", "hono"],
  async run({ quick }) {
    const subjects = ours.filter(({ keeps }) => keeps === "cookie");
    const { candidates } = await inScenarios(subjects, bareHosts);
    const text = await signedText();
    const all = [...candidates, await nodePrimitive(text), ...(await webPrimitives(text))];
    const plan = quick ? { rounds: 7, slice: 5 } : { rounds: 101, slice: 5 };
    const sequential = await measure(all, { ...plan, inFlight: 1 });
    const parallel = await measure(all, { ...plan, inFlight: 32 });
    return {
      method:
        `What this library adds to the bare handler, beside the primitive for the same text of ${text.length} bytes, ` +
        "in the same rounds: one after the other, and with 32 in flight.",
      tables: [primitives(sequential, parallel), ratios(sequential, parallel)],
      goals: [
        ...goalsAgainstPrimitives(sequential, parallel),
        ...goalsOfEncryption(sequential),
        atMost("read, WebCrypto, Node http: of one subtle.verify", 2, readsInVerifies(sequential)),
        atMost(
          "untouched, nodeHmac, Node http: over the bare handler",
          1,
          costOnNode(sequential, "nodeHmac", "untouched"),
          "µs",
        ),
      ],
    };
  },
};

function primitives(sequential: Rounds, parallel: Rounds): Table {
  const rows = Object.values(primitiveNames).map((name) => [name, timeOf(sequential, name), timeOf(parallel, name)]);
  return { title: "Primitives, µs", columns: ["", "one after the other", "32 in flight"], rows };
}

const shown: readonly ScenarioName[] = ["untouched", "read", "read and write", "forged"];

function ratios(sequential: Rounds, parallel: Rounds): Table {
  const rows = ours
    .filter(({ keeps }) => keeps === "cookie")
    .flatMap(({ name, host, webCrypto }) => {
      const how = name.replace("websession, ", "");
      const primitive = primitiveOf(how, webCrypto);
      return shown.map((scenario) => {
        const of = (rounds: Rounds) => ownCost(rounds, nameOf({ name, host }, scenario), bareName(host));
        const [one, many] = [of(sequential), of(parallel)];
        const [oneTime, manyTimes] = [one / timeOf(sequential, primitive), many / timeOf(parallel, primitive)];
        return [how, host, scenario, one, many, primitive, oneTime, manyTimes];
      });
    });
  const columns = ["websession", "on", "", "µs", "µs, 32 in flight", "beside", "times", "times, 32 in flight"];
  return { title: "Own cost beside the primitive", columns, rows };
}

function primitiveOf(how: string, webCrypto: boolean): string {
  if (how === "encrypted") return primitiveNames.joseDecrypt;
  return webCrypto ? primitiveNames.verify : primitiveNames.createHmac;
}
