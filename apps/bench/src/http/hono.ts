import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { type SessionEnv, session } from "@websession/adapters/hono";
import { Hono } from "hono";
import { CookieStore } from "hono-sessions";
import { type Action, act, keyAccess } from "../measure/subject.ts";
import { honoSessionApp } from "../peers/hono-session.ts";
import { honoSessionsApp } from "../peers/hono-sessions.ts";
import { waysOverHttp } from "./ours.ts";
import { BARE, type HttpSubject, listening } from "./subject.ts";

type Fetch = (request: Request) => Response | Promise<Response>;

function subject(library: string, make: (action: Action) => Fetch): HttpSubject {
  return {
    framework: "Hono",
    library,
    open: () => (action) => listening(createAdaptorServer({ fetch: make(action) }) as Server),
  };
}

export const onHono: readonly HttpSubject[] = [
  subject(BARE, () => new Hono().get("/", (c) => c.text("bare")).fetch),
  ...waysOverHttp.map(([library, make]) =>
    subject(library, (action) => {
      const app = new Hono<SessionEnv>();
      app.use(session(make()));
      app.get("/", (c) => c.text(act(action, keyAccess(c.var.session))));
      return app.fetch;
    }),
  ),
  subject("hono-sessions", (action) => honoSessionsApp(action, new CookieStore(), false).fetch),
  subject("@hono/session", (action) => honoSessionApp(action).fetch),
];
