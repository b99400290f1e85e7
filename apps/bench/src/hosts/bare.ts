import fastify from "fastify";
import { type BareHosts, bareOnFetch } from "./bare-portable.ts";
import { onFastify } from "./fastify.ts";
import { onNode } from "./node.ts";

export const bareHosts: BareHosts = {
  ...bareOnFetch,
  "Node http": () => onNode((_req, res) => res.end("ok")),
  Fastify() {
    const app = fastify();
    app.get("/", (_request, reply) => {
      reply.send("ok");
    });
    return onFastify(app);
  },
};
