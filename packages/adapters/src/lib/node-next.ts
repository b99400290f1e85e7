import { answerFor } from "./node-failure.ts";
import type { NodeRequest } from "./node-request.ts";
import type { NodeResponse } from "./node-response.ts";

/** Calls the next handler, or with an error the framework's error handler. */
export type Next = (error?: unknown) => unknown;

/**
 * Hands the error of a commit to the framework, which has called the handler already.
 *
 * Most frameworks hear of an error only once, from the first call of `next`: a second one ends a Fastify process, and in
 * Koa nobody notices it. So the error goes to an Express router that has the request, or to `next` of Connect; else it is
 * answered here.
 */
export function reportLate(error: unknown, req: NodeRequest, res: NodeResponse, connectNext: Next | undefined): void {
  const next = expressNext(req) ?? connectNext;
  if (next === undefined) {
    answerFor(error, res);
    return;
  }
  try {
    next(error);
  } catch (thrown) {
    answerFor(thrown, res);
  }
}

/**
 * `next` of the router of Express that has the request. Each router puts its own there and takes it away when it passes the
 * request on, so there is none where Express runs inside another framework and that one answers.
 */
function expressNext({ next }: NodeRequest): Next | undefined {
  return typeof next === "function" ? (error) => next(error) : undefined;
}
