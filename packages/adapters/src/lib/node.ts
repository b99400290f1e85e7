import type { IncomingMessage } from "node:http";
import { type Session, type SessionData, SessionError, type Sessions } from "@websession/core";
import { answerFor } from "./node-failure.ts";
import { type Next, reportLate } from "./node-next.ts";
import { openSession } from "./node-open.ts";
import { sessionProperty } from "./node-property.ts";
import type { NodeRequest } from "./node-request.ts";
import type { NodeResponse } from "./node-response.ts";

/**
 * A request that has passed `session`: `(req as SessionRequest<{ visits: number }>).session`. With the option `name`, give
 * that as well: `(req as SessionRequest<Data, "admin">).admin`.
 */
export type SessionRequest<Data extends object = SessionData, Name extends string = "session"> = IncomingMessage & {
  readonly [name in Name]: Session<Data>;
};

/** Options of `session`. */
export interface SessionMiddlewareOptions {
  /** The property of the request that the session is at. Default `session`: `req.session`. */
  readonly name?: string;
}

/** Middleware for Express, Connect and their kin. */
export type NodeMiddleware = (req: NodeRequest, res: NodeResponse, next: Next) => void;

/**
 * Node middleware: `app.use(session(sessions))` gives every later handler `req.session`.
 *
 * The session is committed when the head of the response goes out; what is written to it later throws
 * `ERR_SESSION_COMMITTED`. Where committing takes time (WebCrypto, a store), the response waits for it; with `nodeHmac` and
 * without a store it never does.
 *
 * An error of loading goes to `next(error)`. An error of committing comes after the handler, and nothing of the handler's
 * response is sent: Express and Connect give it to their error handlers; in other frameworks, which can't take it any more,
 * it is written to the console and answered with a bare 500. `next` is called only once there. An error handler that wants
 * to answer for a handler which is still writing must do so synchronously; else the answer is a bare 500.
 *
 * The same `sessions` may be mounted twice (on the app and on a router): the second finds the session of the first. Other
 * `sessions` beside them need a cookie and a property of their own: `session(admins, { name: "admin" })` gives `req.admin`.
 *
 * Assigning to `req.session` throws `ERR_INVALID_ARGUMENT` and says what to call.
 *
 * For Express, tell TypeScript once:
 *
 * ```ts
 * declare global {
 *   namespace Express {
 *     interface Request {
 *       session: Session<{ visits: number }>;
 *     }
 *   }
 * }
 * ```
 */
export function session<Data extends object>(
  sessions: Sessions<Data>,
  options: SessionMiddlewareOptions = {},
): NodeMiddleware {
  const expose = sessionProperty<Data>(readName(options));

  async function run(req: NodeRequest, res: NodeResponse, next: Next, connectNext: Next | undefined): Promise<unknown> {
    try {
      const fail = (error: unknown): void => reportLate(error, req, res, connectNext);
      expose(req, await openSession(sessions, req, res, fail));
    } catch (error) {
      return next(error);
    }
    // The promise of an asynchronous handler, where there is one.
    return next();
  }

  function middleware(req: NodeRequest, res: NodeResponse, next: Next): void {
    run(req, res, next, undefined).catch((error) => answerFor(error, res));
  }

  // Connect, and nobody else, calls the method `handle` of what it is given, if there is one.
  function handle(req: NodeRequest, res: NodeResponse, next: Next): void {
    run(req, res, next, next).catch((error) => answerFor(error, res));
  }
  return Object.assign(middleware, { handle });
}

function readName(options: SessionMiddlewareOptions): string {
  const given = typeof options === "object" && options !== null;
  const name: unknown = given ? (options.name ?? "session") : undefined;
  if (typeof name === "string" && name !== "") return name;
  throw new SessionError(
    "ERR_INVALID_OPTION",
    `The options of session must be an object whose name is a text, but are ${JSON.stringify(options)}. ` +
      'The name is the property of the request that has the session: session(sessions, { name: "admin" }).',
  );
}
