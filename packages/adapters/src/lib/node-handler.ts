import type { IncomingMessage, ServerResponse } from "node:http";
import type { Session, Sessions } from "@websession/core";
import { answerFor } from "./node-failure.ts";
import { openSession } from "./node-open.ts";
import type { NodeRequest } from "./node-request.ts";
import type { NodeResponse } from "./node-response.ts";

/**
 * A listener of `node:http` or `node:http2` with a session:
 * `createServer(withSession(sessions, (req, res, session) => ...))`.
 *
 * The session is committed when the head of the response goes out; what is written to it later throws
 * `ERR_SESSION_COMMITTED`. If the session can't be loaded, the handler is not run. That error, one of committing, and what
 * the handler throws are written to the console and answered with a bare 500.
 */
export function withSession<
  Data extends object,
  Req extends NodeRequest = IncomingMessage,
  Res extends NodeResponse = ServerResponse,
>(
  sessions: Sessions<Data>,
  handler: (req: Req, res: Res, session: Session<Data>) => unknown,
): (req: Req, res: Res) => void {
  return (req, res) => {
    const fail = (error: unknown): void => answerFor(error, res);
    openSession(sessions, req, res, fail)
      .then((session) => handler(req, res, session))
      .catch(fail);
  };
}
