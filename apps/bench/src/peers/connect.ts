import type { IncomingMessage, ServerResponse } from "node:http";

/** Middleware as Express takes it, and how plain Node can call it. */
export type ConnectMiddleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;

type WithSession = IncomingMessage & { readonly session: object };

/** What the middleware has put on the request. */
export function sessionOf(req: IncomingMessage): object {
  return (req as WithSession).session;
}
