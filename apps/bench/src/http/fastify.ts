import { session } from "@websession/adapters/node";
import fastify, { type FastifyInstance } from "fastify";
import { type Action, act, keyAccess } from "../measure/subject.ts";
import { sessionOf } from "../peers/connect.ts";
import { secureSessionApp } from "../peers/fastify-secure-session.ts";
import { waysOverHttp } from "./ours.ts";
import { BARE, type HttpSubject, plainCookie } from "./subject.ts";

function subject(library: string, make: (action: Action) => FastifyInstance): HttpSubject {
  return {
    framework: "Fastify",
    library,
    open: () => async (action) => {
      const app = make(action);
      await app.listen({ port: 0, host: "127.0.0.1" });
      return app.server;
    },
  };
}

function bareApp(): FastifyInstance {
  const app = fastify();
  app.get("/", (_request, reply) => {
    reply.send("bare");
  });
  return app;
}

/** The Connect-style middleware in a hook, as @fastify/middie would call it. */
function oursOn(make: (typeof waysOverHttp)[number][1]): (action: Action) => FastifyInstance {
  const middleware = session(make());
  return (action) => {
    const app = fastify();
    app.addHook("onRequest", (request, reply, done) =>
      middleware(request.raw, reply.raw, (error) => done(error as Error)),
    );
    app.get("/", (request, reply) => {
      reply.send(act(action, keyAccess(sessionOf(request.raw) as never)));
    });
    return app;
  };
}

export const onFastify: readonly HttpSubject[] = [
  subject(BARE, bareApp),
  ...waysOverHttp.map(([library, make]) => subject(library, oursOn(make))),
  subject("@fastify/secure-session", (action) => secureSessionApp(action, plainCookie)),
];
