import type { Session, SessionData, Sessions } from "@websession/core";
import type { MiddlewareHandler } from "hono";
import { perEnvironment, type SessionsSource } from "./per-environment.ts";

/** The type of an app whose routes use `c.var.session`: `new Hono<SessionEnv<{ visits: number }>>()`. */
export interface SessionEnv<Data extends object = SessionData> {
  Variables: { session: Session<Data>; sessions: Sessions<Data> };
}

/**
 * Hono middleware: `app.use(session(sessions))` gives every later handler `c.var.session`, and
 * `c.var.sessions` to list and revoke with.
 *
 * Responses that `app.onError` makes of an error are committed too. On Cloudflare Workers give a function of `c.env` instead.
 */
export function session<Data extends object, Bindings extends object = object>(
  source: SessionsSource<Data, Bindings>,
): MiddlewareHandler<SessionEnv<Data> & { Bindings: Bindings }> {
  const sessionsOf = perEnvironment(source);
  return async (c, next) => {
    const sessions = sessionsOf(c.env);
    const session = await sessions.load(c.req.raw);
    c.set("sessions", sessions);
    c.set("session", session);
    await next();
    const response = await sessions.commit(session, c.res);
    if (response === c.res) return;
    // Hono's setter copies the old response's headers over the new one's, unless there is no old one.
    c.res = undefined;
    c.res = response;
  };
}
