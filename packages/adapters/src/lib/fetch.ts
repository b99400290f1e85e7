import type { Awaitable, Session, Sessions } from "@websession/core";
import { perEnvironment, type SessionsSource } from "./per-environment.ts";

/** Gets the session beside the request, then what the runtime hands over: `(info)` on Deno, `(server)` on Bun. */
type Handler<Data extends object, Rest extends unknown[]> = (
  request: Request,
  session: Session<Data>,
  ...rest: Rest
) => Awaitable<Response>;

/**
 * A fetch handler with a session: `export default { fetch: withSession(sessions, (request, session) => ...) }`.
 *
 * What the runtime gives beside the request follows the session. A `Response` that the handler throws is committed and thrown
 * on. If the handler throws anything else, nothing is committed and the error is thrown on. Inside another `withSession` of the
 * same sessions, for the same `Request` object, there is one session, and the outer one commits.
 */
export function withSession<Data extends object, Rest extends unknown[]>(
  sessions: Sessions<Data>,
  handler: Handler<Data, Rest>,
): (request: Request, ...rest: Rest) => Promise<Response>;

/**
 * The same for Cloudflare Workers, where secrets arrive with `env`: `withSession((env) => createSessions(...), handler)`.
 *
 * The function is called once per environment, not per request.
 */
export function withSession<Data extends object, Env extends object, Rest extends unknown[]>(
  factory: (env: Env) => Sessions<Data>,
  handler: Handler<Data, [env: Env, ...rest: Rest]>,
): (request: Request, env: Env, ...rest: Rest) => Promise<Response>;

export function withSession<Data extends object>(
  source: SessionsSource<Data, unknown>,
  handler: Handler<Data, unknown[]>,
): (request: Request, ...rest: unknown[]) => Promise<Response> {
  const sessionsOf = perEnvironment(source);
  return async (request, ...rest) =>
    sessionsOf(rest[0]).handle(request, (session) => handler(request, session, ...rest));
}
