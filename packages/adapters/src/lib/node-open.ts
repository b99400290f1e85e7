import type { Session, Sessions } from "@websession/core";
import { HeadGate } from "./node-gate.ts";
import { type NodeRequest, RequestView } from "./node-request.ts";
import type { NodeResponse } from "./node-response.ts";

/** Loads the session of a request. It is committed before the response's head goes out; `fail` hears of it if that fails. */
export async function openSession<Data extends object>(
  sessions: Sessions<Data>,
  req: NodeRequest,
  res: NodeResponse,
  fail: (error: unknown) => void,
): Promise<Session<Data>> {
  const session = await sessions.load(new RequestView(req));
  new HeadGate(res, { commit: (headers) => sessions.commitHeaders(session, headers), fail });
  return session;
}
