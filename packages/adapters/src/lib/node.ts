import type { IncomingMessage } from "node:http";
import type { Session, SessionData, Sessions } from "@websession/core";
import { type Next, report } from "./node-failure.ts";
import { HeadGate } from "./node-gate.ts";
import { type NodeRequest, RequestView } from "./node-request.ts";
import type { NodeResponse } from "./node-response.ts";

/** A request that has passed `session`: `(req as SessionRequest<{ visits: number }>).session`. */
export type SessionRequest<Data extends object = SessionData> = IncomingMessage & { session: Session<Data> };

/** Middleware for Express 5, Connect and their kin, and for plain `node:http` and `node:http2`. */
export type NodeMiddleware = (req: NodeRequest, res: NodeResponse, next: Next) => void;

/**
 * Node middleware: `app.use(session(sessions))` gives every later handler `req.session`.
 *
 * The session is committed when the head of the response goes out; what is written to it later throws
 * `ERR_SESSION_COMMITTED`. Where committing takes time (WebCrypto, a store), the response waits for it; with `nodeHmac` and
 * without a store it never does.
 *
 * Errors of loading and committing go to `next(error)`, with nothing of the handler's response sent. An error handler that
 * wants to answer for a handler which is still writing must do so synchronously; else the answer is a bare 500.
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
 *
 * Without a framework, give the handler as a callback without parameters. Its own errors, and those of the session, are then
 * written to the console and answered with a bare 500:
 *
 * ```ts
 * const withSession = session(sessions);
 * createServer((req, res) => {
 *   withSession(req, res, () => {
 *     const { session } = req as SessionRequest<{ visits: number }>;
 *     res.end(`Total visits: ${session.get("visits")}`);
 *   });
 * });
 * ```
 */
export function session<Data extends object>(sessions: Sessions<Data>): NodeMiddleware {
  return (req, res, next) => {
    const fail = (error: unknown): void => report(error, res, next);
    const run = (session: Session<Data>): unknown => {
      req.session = session;
      new HeadGate(res, { commit: (headers) => sessions.commitHeaders(session, headers), fail });
      // The promise of an asynchronous handler, where there is one.
      return next();
    };
    sessions.load(new RequestView(req)).then(run).catch(fail);
  };
}
