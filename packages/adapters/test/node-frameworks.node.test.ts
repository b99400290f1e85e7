import { memoryStore, type Session } from "@websession/core";
import { faulty } from "@websession/core/testing";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type NodeMiddleware, session } from "../src/node.ts";
import { HANDLED, others, patient } from "./node-frameworks.ts";
import { ask, cookieIn, type Data, providers, setUp, tooMuch, warmUp } from "./node-helpers.ts";

const logged = vi.spyOn(console, "error");
beforeEach(() => {
  logged.mockReset().mockImplementation(() => {});
});

/** The codes of what was written to the console. */
const codes = () => logged.mock.calls.map(([error]) => error.code ?? error.message);

/** What each framework's request has after the middleware. */
const sessionOf = (req: object) => (req as { session: Session<Data> }).session;

/** A middleware that counts its calls, and how often each `next` that it was given is called by whoever stands behind. */
function counter() {
  const count = { runs: 0 };
  const middleware: NodeMiddleware = (_req, _res, next) => {
    count.runs++;
    next();
  };
  return { count, middleware };
}

/** The middleware, and how often it calls `next` for one request. */
function watch(middleware: NodeMiddleware) {
  const calls: number[] = [];
  const watched: NodeMiddleware = (req, res, next) => {
    const at = calls.push(0) - 1;
    middleware(req, res, (...args: unknown[]) => {
      calls[at] = (calls[at] ?? 0) + 1;
      return Reflect.apply(next, undefined, args);
    });
  };
  return { calls, watched };
}

const respond = (req: { url?: string | undefined }) => {
  const session = sessionOf(req);
  session.set("visits", (session.get("visits") ?? 0) + 1);
  if (req.url === "/much") session.set("text", tooMuch);
  return `visits: ${session.get("visits")}`;
};

/** A store that fails at one operation, and sessions in it. */
const failing = (operation: string) =>
  setUp({ store: faulty(memoryStore(), { failure: (name) => (name === operation ? "before" : undefined) }) }).sessions;

describe.each([...patient, ...others])("$name", ({ start }) => {
  it.each(providers)("keeps a session with %s", async (_, hmac) => {
    const { sessions } = await warmUp({ hmac });
    const origin = await start([session(sessions)], respond);
    const first = await ask(`${origin}/`);
    const second = await ask(`${origin}/`, cookieIn(first));
    expect([first.text, second.text]).toEqual(["visits: 1", "visits: 2"]);
  });

  it.each(providers)("runs all middleware for every request after a commit that failed, with %s", async (_, hmac) => {
    const { sessions } = await warmUp({ hmac });
    const [before, behind] = [counter(), counter()];
    const origin = await start([before.middleware, session(sessions), behind.middleware], respond);
    for (let round = 0; round < 5; round++) {
      expect((await ask(`${origin}/much`)).status).toBe(500);
      expect((await ask(`${origin}/`)).text).toBe("visits: 1");
    }
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => ask(`${origin}/${i % 3 ? "" : "much"}`)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, (_, i) => (i % 3 ? 200 : 500)));
    expect([before.count.runs, behind.count.runs]).toEqual([30, 30]);
  });

  it("answers an error of loading as it answers errors, and runs no handler", async () => {
    const handler = vi.fn(() => "never");
    const { sessions } = setUp();
    const broken = { ...sessions, load: () => Promise.reject(new Error("store is down")) };
    const origin = await start([session(broken)], handler);
    const answer = await ask(`${origin}/`);
    expect(answer.status).toBe(500);
    expect(handler).not.toHaveBeenCalled();
  });
});

describe.each(patient)("a commit that fails in $name", ({ start }) => {
  it.each(providers)("is answered by the error handler, with %s", async (_, hmac) => {
    const { sessions } = await warmUp({ hmac });
    const answer = await ask(`${await start([session(sessions)], respond)}/much`);
    expect([answer.status, answer.text]).toEqual([500, `${HANDLED}ERR_TOKEN_TOO_LARGE`]);
    expect(logged).not.toHaveBeenCalled();
  });

  it("is answered by the error handler if the store fails", async () => {
    const answer = await ask(`${await start([session(failing("create"))], respond)}/`);
    expect([answer.status, answer.text]).toEqual([500, `${HANDLED}ERR_STORE`]);
  });
});

describe.each(others)("a commit that fails in $name", ({ start }) => {
  it.each(providers)("is a bare 500, and next is called once, with %s", async (_, hmac) => {
    const { sessions } = await warmUp({ hmac });
    const { calls, watched } = watch(session(sessions));
    const origin = await start([watched], respond);
    const answers = [await ask(`${origin}/much`), await ask(`${origin}/much`)];
    expect(answers.map(({ status, text }) => [status, text])).toEqual(Array(2).fill([500, ""]));
    expect(codes()).toEqual(Array(2).fill("ERR_TOKEN_TOO_LARGE"));
    expect(calls).toEqual([1, 1]);
  });

  it("is a bare 500 if the store fails", async () => {
    const answer = await ask(`${await start([session(failing("create"))], respond)}/`);
    expect([answer.status, answer.text]).toEqual([500, ""]);
    expect(codes()).toEqual(["ERR_STORE"]);
  });
});
