import type { Server } from "node:http";
import type { Action } from "../measure/subject.ts";

/** A server, bare or with sessions, to be asked over HTTP. */
export interface HttpSubject {
  readonly framework: "Node http" | "Express" | "Fastify" | "Hono";
  readonly library: string;
  /** Makes the library ready once; then a server per action, listening. */
  open(): (action: Action) => Promise<Server>;
}

export const BARE = "bare";

/** Over plain http browsers and libraries refuse a Secure cookie. */
export const plainCookie = { path: "/", httpOnly: true, secure: false, sameSite: "lax" } as const;

/** On a free port of the loopback. */
export async function listening(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
