import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { badRequest, readJson } from "./body.ts";
import { type DemoEnv, type DemoSession, dataOf } from "./demo-data.ts";

/** The session as JSON, for programs. */
export const apiRoutes: Hono<DemoEnv> = new Hono<DemoEnv>();

apiRoutes.get("/session", (c) => c.json(describe(c.var.session)));

apiRoutes.put("/session/:key", async (c) => {
  const key = c.req.param("key");
  const value = await readJson(c);
  c.var.session.set(key, value);
  return c.json({ key, value });
});

apiRoutes.delete("/session/:key", (c) => {
  const key = c.req.param("key");
  return c.json({ key, deleted: c.var.session.delete(key) });
});

apiRoutes.post("/increment/:key", async (c) => {
  const key = c.req.param("key");
  return c.json({ value: await c.var.session.update(key, (value = 0) => increment(key, value)) });
});

apiRoutes.post("/persistent", async (c) => {
  const persistent = await readJson(c);
  if (typeof persistent !== "boolean") throw badRequest("The body must be true or false.");
  c.var.session.persistent = persistent;
  return c.json({ persistent });
});

export function describe(session: DemoSession): object {
  const { id, isNew, createdAt, expiresAt, persistent, owner = null } = session;
  return { id, isNew, createdAt, expiresAt, persistent, owner, data: dataOf(session) };
}

function increment(key: string, value: unknown): number {
  if (typeof value === "number") return value + 1;
  throw new HTTPException(409, { message: `${key} is not a number, so it can't be incremented.` });
}
