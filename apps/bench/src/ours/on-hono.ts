import { type SessionEnv, session } from "@websession/adapters/hono";
import { createSessions } from "@websession/core";
import { Hono } from "hono";
import { onFetch } from "../hosts/fetch.ts";
import { act, keyAccess } from "../measure/subject.ts";
import type { OurHost } from "./our-host.ts";

export const oursOnHono: OurHost = {
  host: "Hono",
  serve(options, action, values) {
    const app = new Hono<SessionEnv>();
    app.use(session(createSessions(options)));
    app.get("/", (c) => c.text(act(action, keyAccess(c.var.session), values)));
    return onFetch(app.fetch);
  },
};
