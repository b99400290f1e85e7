import type { Session, Sessions } from "@websession/core";
import { HeadGate } from "./node-gate.ts";
import { findSession, rememberSession } from "./node-mount.ts";
import { type NodeRequest, RequestView } from "./node-request.ts";
import type { NodeResponse } from "./node-response.ts";

/**
 * Loads the session of a request. It is committed before the response's head goes out; `fail` is called if that fails.
 *
 * If the same `sessions` have done so for this request, it is that session, and it is committed once.
 */
export async function openSession<Data extends object>(
  sessions: Sessions<Data>,
  req: NodeRequest,
  res: NodeResponse,
  fail: (error: unknown) => void,
): Promise<Session<Data>> {
  const mounted = findSession(req, sessions);
  if (mounted !== undefined) return mounted;
  const session = await sessions.load(new RequestView(req));
  rememberSession(req, sessions, session);
  new HeadGate(res, { commit: (headers) => sessions.commitHeaders(session, headers), fail });
  return session;
}
