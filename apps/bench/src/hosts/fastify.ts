import type { FastifyInstance } from "fastify";
import type { Serve } from "../measure/subject.ts";
import { onNode } from "./node.ts";

/** A Fastify application, asked as Node's server would. Its `inject` takes several times what is to be measured. */
export function onFastify(app: FastifyInstance): Serve {
  const ready = app.ready();
  const serve = onNode((req, res) => app.routing(req, res));
  return async (cookie) => {
    await ready;
    return serve(cookie);
  };
}
