import type { FastifyInstance } from "fastify";
import type { Serve } from "../measure/subject.ts";

/** A Fastify application, asked in process by its own `inject`. */
export function onFastify(app: FastifyInstance): Serve {
  return async (cookie) => {
    const headers = cookie === undefined ? {} : { cookie };
    const response = await app.inject({ method: "GET", url: "/", headers });
    return {
      text: () => response.payload,
      setCookies: () => [response.headers["set-cookie"] ?? []].flat(),
    };
  };
}
