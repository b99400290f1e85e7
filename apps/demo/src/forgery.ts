import type { Context, Hono, MiddlewareHandler } from "hono";
import type { DemoEnv } from "./demo-data.ts";
import { encodeObject, isObject, receivedCookie, type Token } from "./wire.ts";

/** In seconds. */
const MILLENNIUM = 1000 * 31_556_952;

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
  const { claims, changes } = c.var.place === "cookie" ? forgeData(token) : forgeTime(token);
  const value = [token.parts[0], encodeObject(claims), token.parts[2]].join(".");
  const headers = { cookie: `${name}=${value}` };
  const response = await app.request(new URL("/api/session", c.req.url), { headers }, c.env);
  const answer: Record<string, unknown> = await response.json();
  return { changes, cookie: { name, value }, answer, accepted: answer.isNew === false };
}

/** What is forged. The signature stays, for only the server can make one. */
interface Forged {
  readonly claims: object;
  readonly changes: Change[];
}

/** Another owner and a great many visits. */
function forgeData({ claims }: Token): Forged {
  const data = isObject(claims.d) ? claims.d : {};
  return {
    claims: { ...claims, sub: "admin", d: { ...data, visits: 1_000_000 } },
    changes: [
      { claim: "sub", from: claims.sub, to: "admin" },
      { claim: "d.visits", from: data.visits, to: 1_000_000 },
    ],
  };
}

/** Where the data is in a store, the token has little else. The id stays: with another one it would be refused anyway. */
function forgeTime({ claims }: Token): Forged {
  const exp = Number(claims.exp) + MILLENNIUM;
  return { claims: { ...claims, exp }, changes: [{ claim: "exp", from: claims.exp, to: exp }] };
}
