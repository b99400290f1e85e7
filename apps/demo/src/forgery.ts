import type { Context, Hono, MiddlewareHandler } from "hono";
import type { DemoEnv } from "./demo-data.ts";
import { encodeObject, isObject, receivedCookie, type Token } from "./wire.ts";

/** An attempt to change one's own cookie, and what came of it. */
export interface Forgery {
  readonly changes: readonly Change[];
  readonly cookie: { readonly name: string; readonly value: string };
  /** What `GET /api/session` made of it. */
  readonly answer: Record<string, unknown>;
  readonly accepted: boolean;
}

interface Change {
  readonly claim: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** Safe to repeat, so a GET: it plays the attacker against this very app, and the visitor's session stays as it is. */
export function forgeryRoute(app: Hono<DemoEnv>): MiddlewareHandler<DemoEnv> {
  return async (c, next) => {
    const cookie = receivedCookie(c);
    if (cookie?.token) c.set("forgery", await tryForgery(app, c, cookie.name, cookie.token));
    await next();
  };
}

async function tryForgery(app: Hono<DemoEnv>, c: Context<DemoEnv>, name: string, token: Token): Promise<Forgery> {
  const { claims, changes } = forge(token);
  const value = [token.parts[0], encodeObject(claims), token.parts[2]].join(".");
  const headers = { cookie: `${name}=${value}` };
  const response = await app.request(new URL("/api/session", c.req.url), { headers }, c.env);
  const answer: Record<string, unknown> = await response.json();
  return { changes, cookie: { name, value }, answer, accepted: answer.isNew === false };
}

/** Another owner and a great many visits; the signature stays, for only the server can make one. */
function forge({ claims }: Token): { claims: object; changes: Change[] } {
  const data = isObject(claims.d) ? claims.d : {};
  return {
    claims: { ...claims, sub: "admin", d: { ...data, visits: 1_000_000 } },
    changes: [
      { claim: "sub", from: claims.sub, to: "admin" },
      { claim: "d.visits", from: data.visits, to: 1_000_000 },
    ],
  };
}
