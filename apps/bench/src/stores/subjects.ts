import type { SessionOptions } from "@websession/core";
import { onNode } from "../hosts/node.ts";
import type { Subject } from "../measure/subject.ts";
import { oursOnNode } from "../ours/on-node.ts";
import { synchronous } from "../ours/ways.ts";
import { expressSessionSubject } from "../peers/express-session.ts";
import type { Connection } from "./database.ts";

export const OURS = "websession";
export const CACHED = "websession, cacheFor: 60";
export const BARE_READ = "bare handler with one read";

/** All on plain Node, through one client. */
export function subjectsOn({ ours, peer }: Connection, peerName: string): readonly Subject[] {
  const subject = (name: string, options: SessionOptions): Subject => ({
    name,
    host: "Node http",
    keeps: "memory",
    webCrypto: false,
    open: () => (action) => oursOnNode.serve(options, action),
  });
  return [
    subject(OURS, { ...synchronous, store: ours }),
    subject(CACHED, { ...synchronous, store: ours, cacheFor: 60 }),
    expressSessionSubject(`express-session, ${peerName}`, () => peer),
  ];
}

/** A handler that reads one value and answers. */
export async function bareReader({ bareRead }: Connection, text: string): Promise<() => Promise<unknown>> {
  const read = await bareRead(text);
  const serve = onNode(async (_req, res) => {
    await read();
    res.end("ok");
  });
  return () => serve();
}
