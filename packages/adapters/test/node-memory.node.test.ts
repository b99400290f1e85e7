import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Session, webCryptoHmac } from "@websession/core";
import { describe, expect, it } from "vitest";
import { nodeHmac } from "../src/node.ts";
import { type Data, warmUp, withSession } from "./node-helpers.ts";

const REQUESTS = 2000;

/** Bytes that a request and a response take at least. What is under way at a collection may stay, which is one of hundreds. */
const ONE_RESPONSE = 2000;

const ways = [
  ["of a session that nobody asks for", nodeHmac, () => {}],
  ["of a session that is written at once", nodeHmac, (session: Session<Data>) => session.set("visits", 1)],
  ["of a response that is held", webCryptoHmac, (session: Session<Data>) => session.set("visits", 1)],
] as const;

/** A response that is connected to nothing. */
class Unconnected extends ServerResponse {
  readonly #done: () => void;

  constructor(req: IncomingMessage, done: () => void) {
    super(req);
    this.#done = done;
  }

  override end(...args: unknown[]): this {
    this.#done();
    return Reflect.apply(super.end, this, args);
  }
}

/** V8's collector by hand: of all of the heap, or only of what is young. */
function collector(): (options?: { type: "minor" }) => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}

// The others are not V8, or don't let it be told.
describe.skipIf("Deno" in globalThis || "Bun" in globalThis)("a small garbage collection", () => {
  it.each(ways)("takes all that is left %s", async (_, hmac, use) => {
    const { sessions } = await warmUp({ hmac });
    const listener = withSession(sessions, (session, res) => {
      use(session);
      res.end("ok");
    });
    const ask = () =>
      new Promise<void>((resolve) => {
        const req = new IncomingMessage(new Socket());
        listener(req, new Unconnected(req, resolve) as never);
      });
    const askAll = async () => {
      for (let i = 0; i < REQUESTS; i++) await ask();
    };
    const collect = collector();
    await askAll();

    collect();
    const before = process.memoryUsage().heapUsed;
    await askAll();
    collect({ type: "minor" });
    collect({ type: "minor" });
    const bytesPerRequest = (process.memoryUsage().heapUsed - before) / REQUESTS;

    expect(bytesPerRequest).toBeLessThan(ONE_RESPONSE);
  });
});
