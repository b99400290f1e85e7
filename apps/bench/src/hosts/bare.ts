import { createRouter } from "@remix-run/fetch-router";
import fastify from "fastify";
import { H3 } from "h3";
import { Hono } from "hono";
import type { Host, Serve } from "../measure/subject.ts";
import { onFastify } from "./fastify.ts";
import { onFetch } from "./fetch.ts";
import { onNode } from "./node.ts";

/** The handler without a session, by host. */
export const bare: Readonly<Record<Host, () => Serve>> = {
  "Node http": () => onNode((_req, res) => res.end("ok")),
  fetch: () => onFetch(() => new Response("ok")),
  Hono: () => onFetch(new Hono().get("/", (c) => c.text("ok")).fetch),
  Fastify() {
    const app = fastify();
    app.get("/", (_request, reply) => {
      reply.send("ok");
    });
    return onFastify(app);
  },
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
