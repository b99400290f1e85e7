import type { Context, MiddlewareHandler } from "hono";
import type { DemoEnv } from "./demo-data.ts";
import { page } from "./page.ts";
import { receivedCookie, sentCookie } from "./wire.ts";

/** Everything comes from this host, there is no script, and nobody may frame the page. */
const headers = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

/** Draws the page when the session is committed, with the headers that are really sent. */
export const showPage: MiddlewareHandler<DemoEnv> = async (c, next) => {
  await next();
  if (c.error === undefined) c.res = await c.html(page(viewOf(c)), 200, headers);
};

/** What the page does with the session. All else it only reads. */
export function takeFlashes(c: Context<DemoEnv>): Response {
  c.set("flashes", c.var.session.flashes());
  return c.body(null);
}

function viewOf(c: Context<DemoEnv>): Parameters<typeof page>[0] {
  const { session, place, ownSessions, flashes, forgery } = c.var;
  return {
    place,
    ownSessions,
    session,
    flashes,
    forgery,
    received: receivedCookie(c),
    sent: sentCookie(c.res.headers),
    headers: c.res.headers,
    request: { line: `${c.req.method} ${c.req.path}`, origin: new URL(c.req.url).origin },
    now: Date.now(),
  };
}
