import type { SessionInfo } from "@websession/core";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { readForm } from "./body.ts";
import type { DemoEnv } from "./demo-data.ts";

/** All sessions of who is signed in: as JSON, and for the page's buttons. */
export const ownerRoutes: Hono<DemoEnv> = new Hono<DemoEnv>();

ownerRoutes.get("/api/sessions", async (c) => c.json(await sessionsOf(c, signedIn(c))));

ownerRoutes.delete("/api/sessions/:id", async (c) => {
  const id = c.req.param("id");
  if (await end(c, signedIn(c), id)) return c.json({ id, ended: true });
  throw new HTTPException(404, { message: "You have no such session." });
});

ownerRoutes.post("/api/revoke-others", async (c) => c.json({ ended: await endOthers(c, signedIn(c)) }));

ownerRoutes.post("/sessions/end", async (c) => {
  const id = (await readForm(c)).get("id");
  const { owner } = c.var.session;
  const ended = owner !== undefined && (await end(c, owner, id));
  if (ended) c.var.session.flash("done", "That session is over.");
  else c.var.session.flash("refused", "You have no such session. It may have ended already.");
  return c.redirect("/#sessions", 303);
});

ownerRoutes.post("/sessions/end-others", async (c) => {
  const { owner } = c.var.session;
  const count = owner === undefined ? 0 : await endOthers(c, owner);
  c.var.session.flash("done", `Sessions ended elsewhere: ${count}.`);
  return c.redirect("/#sessions", 303);
});

/** For the page, before anything is saved: where the store fails, no message is lost. */
export const listOwnSessions: MiddlewareHandler<DemoEnv> = async (c, next) => {
  const { session, place } = c.var;
  if (place !== "cookie" && session.owner !== undefined) c.set("ownSessions", await sessionsOf(c, session.owner));
  await next();
};

function signedIn(c: Context<DemoEnv>): string {
  const { owner } = c.var.session;
  if (owner === undefined) throw new HTTPException(401, { message: "Nobody is signed in." });
  return owner;
}

async function sessionsOf(c: Context<DemoEnv>, owner: string): Promise<SessionInfo[]> {
  refuseCookie(c);
  return await c.var.sessions.list(owner, c.var.session.id);
}

/** False where it is none of the owner's: only these may be ended. */
async function end(c: Context<DemoEnv>, owner: string, id: unknown): Promise<boolean> {
  const found = (await sessionsOf(c, owner)).find((own) => own.id === id);
  if (found?.current) c.var.session.destroy();
  else if (found) await c.var.sessions.revoke(found.id);
  return found !== undefined;
}

async function endOthers(c: Context<DemoEnv>, owner: string): Promise<number | undefined> {
  refuseCookie(c);
  return await c.var.sessions.revokeAll(owner, { except: c.var.session.id });
}

/** The browsers have all of it then, and the server doesn't know which. */
function refuseCookie({ var: { place } }: Context<DemoEnv>): void {
  if (place !== "cookie") return;
  const message =
    "Sessions live in the cookie here, so the server has no list of them. Start it with SESSION_STORE=memory.";
  throw new HTTPException(501, { message });
}
