import type { SessionOptions } from "@websession/core";
import { type Payload, payload } from "../measure/payload.ts";
import type { Subject } from "../measure/subject.ts";
import { oursOnNode } from "../ours/on-node.ts";

/** A session of so many bytes of JSON. */
export function valuesOf(bytes: number): Partial<Payload> {
  const { userId, visits } = payload;
  const least = JSON.stringify({ userId, name: "", visits }).length;
  return { userId, name: "n".repeat(bytes - least), visits };
}

/** This library on plain Node, its sessions of that size. */
export function sizedSubject(name: string, keeps: Subject["keeps"], options: SessionOptions, bytes: number): Subject {
  return {
    name: `${name}, ${bytes} bytes`,
    host: "Node http",
    keeps,
    webCrypto: false,
    open: () => (action) => oursOnNode.serve(options, action, valuesOf(bytes)),
  };
}
