import { memoryStore } from "@websession/core";
import { bareHosts } from "../hosts/bare.ts";
import { bareName, inScenarios, nameOf } from "../measure/in-scenarios.ts";
import { measure, type Rounds } from "../measure/measure.ts";
import { nodePrimitive, primitiveNames, signedText } from "../measure/primitives.ts";
import type { ScenarioName } from "../measure/scenarios.ts";
import { ownCost, timeOf } from "../measure/statistics.ts";
import type { Subject } from "../measure/subject.ts";
import { synchronous } from "../ours/ways.ts";
import type { Cell, Table } from "../report/findings.ts";
import { sizedSubject, valuesOf } from "./sized.ts";

/** Of JSON. A cookie holds no more than 4096 bytes of token, which is base64url: what is larger goes to a store. */
const sizes = [100, 300, 1000, 2000, 2900, 3500];
const LARGEST_IN_COOKIE = 2900;

/** A dot and 32 bytes in base64url. */
const SIGNATURE = 44;

/** How the cost of a request grows with the session. */
export async function bySize(rounds: number): Promise<Table> {
  const inCookie = (bytes: number) => sizedSubject("in the cookie", "cookie", synchronous, bytes);
  const store = memoryStore();
  const inMemory = (bytes: number) => sizedSubject("in memory", "memory", { ...synchronous, store }, bytes);
  const fitting = sizes.filter((bytes) => bytes <= LARGEST_IN_COOKIE);
  const { candidates } = await inScenarios([...fitting.map(inCookie), ...sizes.map(inMemory)], bareHosts);
  const texts = await Promise.all(fitting.map((bytes) => signedText(valuesOf(bytes))));
  const hmacs = await Promise.all(texts.map((text, at) => nodePrimitive(text, hmacName(sizes[at]))));
  const measured = await measure([...candidates, ...hmacs], { rounds, slice: 5, inFlight: 1 });
  const rows = sizes.map((bytes, at): Cell[] => [
    bytes,
    ...(bytes > LARGEST_IN_COOKIE
      ? ["", "", "", ""]
      : [
          (texts[at]?.length ?? 0) + SIGNATURE,
          timeOf(measured, hmacName(bytes)),
          costOf(measured, inCookie(bytes), "read"),
          costOf(measured, inCookie(bytes), "read and write"),
        ]),
    ...(["read", "memory, read and write"] as const).map((scenario) => costOf(measured, inMemory(bytes), scenario)),
  ]);
  return {
    title: "By size: µs that are added to the bare handler on plain Node, nodeHmac",
    columns: [
      "bytes of JSON",
      "of token",
      "createHmac",
      "cookie: read",
      "read and write",
      "memory: read",
      "read and write",
    ],
    rows,
  };
}

function hmacName(bytes = 0): string {
  return `${primitiveNames.createHmac}, ${bytes} bytes`;
}

function costOf(rounds: Rounds, subject: Subject, scenario: ScenarioName): number {
  return ownCost(rounds, nameOf(subject, scenario), bareName(subject.host));
}
