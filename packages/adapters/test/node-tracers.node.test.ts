import { createRequire } from "node:module";
import { type ContextManager, context, ROOT_CONTEXT, TraceFlags, trace } from "@opentelemetry/api";
import { ExpressInstrumentation } from "@opentelemetry/instrumentation-express";
import type express5 from "express";
import type { ErrorRequestHandler, RequestHandler } from "express";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { session } from "../src/node.ts";
import { ask, providers, serve, tooMuch, warmUp } from "./node-helpers.ts";

const span = trace.wrapSpanContext({
  traceId: "1".repeat(32),
  spanId: "1".repeat(16),
  traceFlags: TraceFlags.SAMPLED,
});

/** As if every call came from a traced server: spans are made only inside another one. */
const alwaysTraced: ContextManager = {
  active: () => trace.setSpan(ROOT_CONTEXT, span),
  with: (_, act, self, ...args) => Reflect.apply(act, self, args),
  bind: (_, target) => target,
  enable: () => alwaysTraced,
  disable: () => alwaysTraced,
};

// It changes what Node's require gives, which the other runtimes do in ways of their own.
describe.skipIf("Deno" in globalThis || "Bun" in globalThis).each(["express", "express-4"])(
  "%s under OpenTelemetry",
  (name) => {
    const instrumentation = new ExpressInstrumentation();
    beforeAll(() => {
      context.setGlobalContextManager(alwaysTraced);
      instrumentation.enable();
    });
    afterAll(() => {
      instrumentation.disable();
      context.disable();
    });

    it.each(providers)("gives a commit that fails to the application's error handler, with %s", async (_, hmac) => {
      const { sessions } = await warmUp({ hmac });
      const express: typeof express5 = createRequire(import.meta.url)(name);
      const lengths: number[] = [];
      const look: RequestHandler = (_req, _res, next) => {
        lengths.push(next.length);
        next();
      };
      const fill: RequestHandler = (req, res) => {
        req.session.set("text", tooMuch);
        res.send("hello");
      };
      const answerErrors: ErrorRequestHandler = (error, _req, res, _next) => void res.status(413).send(error.code);
      const origin = await serve(express().use(look).use(session(sessions)).use(fill).use(answerErrors));
      const { status, text } = await ask(origin);
      expect([status, text]).toEqual([413, "ERR_TOKEN_TOO_LARGE"]);
      expect(lengths).toEqual([0]);
    });
  },
);
