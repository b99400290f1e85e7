import type { Session, Sessions } from "@websession/core";
import type { NodeRequest } from "./node-request.ts";

const mounts: unique symbol = Symbol("sessions of this request");

/** A session that a request has got already, and by which `sessions`. */
interface Mount {
  readonly sessions: object;
  readonly session: object;
}

/** A request that remembers its sessions. */
type MountedRequest = NodeRequest & { [mounts]?: Mount[] };

/** The session that the same `sessions` have loaded for this request before: the middleware may be mounted twice. */
export function findSession<Data extends object>(
  req: MountedRequest,
  sessions: Sessions<Data>,
): Session<Data> | undefined {
  const mount = req[mounts]?.find((each) => each.sessions === sessions);
  // What these sessions have made is of their type.
  return mount?.session as Session<Data> | undefined;
}

/** Keeps a session for whoever mounts the same `sessions` again on this request. */
export function rememberSession<Data extends object>(
  req: MountedRequest,
  sessions: Sessions<Data>,
  session: Session<Data>,
): void {
  req[mounts] ??= [];
  req[mounts].push({ sessions, session });
}
