import secureSession from "@fastify/secure-session";
import fastify, { type FastifyInstance } from "fastify";
import { onFastify } from "../hosts/fastify.ts";
import { type Action, act, keyAccess, type Subject } from "../measure/subject.ts";
import { attributes } from "./attributes.ts";

/** An application with `GET /` under a secure session; its key is one, not derived of a passphrase at every start. */
export function secureSessionApp(action: Action, cookie: object = attributes): FastifyInstance {
  const app = fastify();
  app.register(secureSession, { key: Buffer.alloc(32, "key"), cookie });
  app.get("/", (request, reply) => {
    reply.send(act(action, keyAccess(request.session as never)));
  });
  return app;
}

export const fastifySecureSessionPeer: Subject = {
  name: "@fastify/secure-session",
  host: "Fastify",
  keeps: "cookie",
  webCrypto: false,
  open: () => (action) => onFastify(secureSessionApp(action)),
};
