import { createRouter } from "@remix-run/fetch-router";
import { H3 } from "h3";
import { Hono } from "hono";
import type { Host, Serve } from "../measure/subject.ts";
import { onFetch } from "./fetch.ts";

/** Makes the handler without a session, by host. */
export type BareHosts = Readonly<Partial<Record<Host, () => Serve>>>;

/** Those that run in every runtime. */
export const bareOnFetch: BareHosts = {
  fetch: () => onFetch(() => new Response("ok")),
  Hono: () => onFetch(new Hono().get("/", (c) => c.text("ok")).fetch),
  h3() {
    const app = new H3().get("/", () => "ok");
    return onFetch((request) => app.fetch(request));
  },
  "Remix router"() {
    const router = createRouter();
    router.get("/", () => new Response("ok"));
    return onFetch((request) => router.fetch(request));
  },
};
