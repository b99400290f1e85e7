import type { Awaitable, Session } from "@websession/core";
import { perEnvironment, type SessionsSource } from "./per-environment.ts";

/** What a fetch handler gets beside the request: `(env, ctx)` on Workers, `(info)` on Deno, `(server)` on Bun. */
type Rest = readonly unknown[];

/**
 * A fetch handler with a session: `export default { fetch: withSession(sessions, (request, session) => ...) }`.
 *
 * What the runtime hands over beside the request follows as it came. On Cloudflare Workers give a function of `env` in the
 * place of `sessions`. If the handler throws, nothing is committed and the error goes on.
 */
export function withSession<Data extends object, R extends Rest>(
  source: SessionsSource<Data, R[0]>,
  handler: (request: Request, session: Session<Data>, ...rest: R) => Awaitable<Response>,
): (request: Request, ...rest: R) => Promise<Response> {
  const sessionsOf = perEnvironment(source);
  return (request, ...rest) => sessionsOf(rest[0]).handle(request, (session) => handler(request, session, ...rest));
}
