import { type Context, Hono } from "hono";
import { describe } from "./api-routes.ts";
import { badRequest, isForm, readForm, readJson } from "./body.ts";
import type { DemoEnv } from "./demo-data.ts";

/** Who the visitor is. A form is answered with the page and a message, everything else with the session as JSON. */
export const accountRoutes: Hono<DemoEnv> = new Hono<DemoEnv>();

interface Credentials {
  readonly user: unknown;
  readonly remember: unknown;
}

accountRoutes.post("/login", async (c) => {
  const { session } = c.var;
  const { user, remember } = isForm(c) ? await credentialsOfForm(c) : await credentialsOfJson(c);
  if (typeof user !== "string" || user.trim() === "") return refuse(c, "Tell your name to sign in.");
  session.login(user, typeof remember === "boolean" ? { persistent: remember } : {});
  return answer(c, `Signed in as ${user}, with a new token.`);
});

accountRoutes.post("/logout", (c) => {
  c.var.session.destroy();
  return answer(c, "Signed out. That session is over, and all that was in it.");
});

accountRoutes.post("/regenerate", (c) => {
  c.var.session.regenerate();
  return answer(c, "The session has a new token, and the former one is worthless. What is in it stayed.");
});

async function credentialsOfForm(c: Context): Promise<Credentials> {
  const form = await readForm(c);
  return { user: form.get("user"), remember: form.has("remember") };
}

async function credentialsOfJson(c: Context): Promise<Credentials> {
  const body = await readJson(c);
  return { user: undefined, remember: undefined, ...(typeof body === "object" ? body : {}) };
}

function answer(c: Context<DemoEnv>, message: string): Response {
  if (!isForm(c)) return c.json(describe(c.var.session));
  c.var.session.flash("done", message);
  return c.redirect("/", 303);
}

function refuse(c: Context<DemoEnv>, message: string): Response {
  if (!isForm(c)) throw badRequest(`${message} Send {"user":"ada"}.`);
  c.var.session.flash("refused", message);
  return c.redirect("/", 303);
}
