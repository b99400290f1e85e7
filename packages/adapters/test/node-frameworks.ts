import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import fastifyExpress from "@fastify/express";
import middie from "@fastify/middie";
import connect from "connect";
import express5, { type ErrorRequestHandler } from "express";
import fastify from "fastify";
import Koa from "koa";
import koaConnect from "koa-connect";
import { onTestFinished } from "vitest";
import type { NodeMiddleware } from "../src/node.ts";
import { listen, serve } from "./node-helpers.ts";

/** What answers at the end of a chain of middleware. It gives the body. */
export type Respond = (req: IncomingMessage) => string;

/** An application of a framework: its middleware, and what answers. */
export interface Framework {
  readonly name: string;
  /** Starts the application, with an error handler where a framework has them; resolves with its origin. */
  start(middleware: readonly NodeMiddleware[], respond: Respond): Promise<string>;
}

// It has no types of its own.
const express4: typeof express5 = createRequire(import.meta.url)("express-4");

export const HANDLED = "handled by the application: ";

const answerErrors: ErrorRequestHandler = (error, _req, res, _next) => {
  res.status(500).send(HANDLED + (error.code ?? error.message));
};

/** As tracers do it, so that nobody knows by its length what a callback takes. */
export const traced =
  (middleware: NodeMiddleware): NodeMiddleware =>
  (req, res, next) =>
    middleware(req, res, (...args: unknown[]) => Reflect.apply(next, undefined, args));

function startExpress(express: typeof express5): Framework["start"] {
  return (middleware, respond) => {
    const app = express().set("env", "test");
    for (const each of middleware) app.use(each);
    app.get(/./, (req, res) => void res.send(respond(req)));
    app.use(answerErrors);
    return serve(app);
  };
}

const startConnect: Framework["start"] = (middleware, respond) => {
  const app = connect();
  for (const each of middleware) app.use(each);
  app.use((req, res) => void res.end(respond(req)));
  app.use((error: NodeJS.ErrnoException, _req: IncomingMessage, res: ServerResponse, _next: unknown) => {
    res.statusCode = 500;
    res.end(HANDLED + (error.code ?? error.message));
  });
  return serve(app);
};

/** Frameworks whose error handler answers for a commit that fails, although the handler has been called. */
export const patient: Framework[] = [
  { name: "Express 5", start: startExpress(express5) },
  { name: "Express 4", start: startExpress(express4) },
  {
    name: "Express 5 under a tracer",
    start: (middleware, respond) => startExpress(express5)(middleware.map(traced), respond),
  },
  {
    name: "Express 4 under a tracer",
    start: (middleware, respond) => startExpress(express4)(middleware.map(traced), respond),
  },
  {
    name: "a router of Express 5",
    start(middleware, respond) {
      const router = express5.Router();
      for (const each of middleware) router.use(each);
      router.use((req, res) => void res.send(respond(req)));
      return serve(express5().set("env", "test").use(router).use(answerErrors));
    },
  },
  {
    name: "Express 5 inside Koa",
    start(middleware, respond) {
      const app = express5().set("env", "test");
      // Koa has set it to 404.
      app.use((req, res) => void res.status(200).send(respond(req))).use(answerErrors);
      const koa = new Koa();
      for (const each of middleware) koa.use(koaConnect(each));
      return serve(koa.use(koaConnect(app)).callback() as RequestListener);
    },
  },
  {
    name: "Express 5 inside Fastify",
    async start(middleware, respond) {
      const app = express5().set("env", "test");
      app.use((req, res) => void res.send(respond(req))).use(answerErrors);
      const server = fastify();
      await server.register(middie);
      for (const each of middleware) server.use(each);
      server.use(app);
      return listenFastify(server);
    },
  },
  { name: "Connect", start: startConnect },
];

async function listenFastify(server: ReturnType<typeof fastify>): Promise<string> {
  onTestFinished(() => server.close());
  return server.listen({ port: 0, host: "127.0.0.1" });
}

function startKoa(wrap: (middleware: NodeMiddleware) => Koa.Middleware): Framework["start"] {
  return (middleware, respond) => {
    const app = new Koa();
    app.silent = true;
    for (const each of middleware) app.use(wrap(each));
    app.use((ctx) => {
      ctx.body = respond(ctx.req);
    });
    return serve(app.callback() as RequestListener);
  };
}

/** Frameworks that hear only the first call of `next`. */
export const others: Framework[] = [
  {
    name: "Fastify with @fastify/middie",
    async start(middleware, respond) {
      const server = fastify();
      await server.register(middie);
      for (const each of middleware) server.use(each);
      server.get("/*", async (req) => respond(req.raw));
      return listenFastify(server);
    },
  },
  {
    name: "Fastify with @fastify/express",
    async start(middleware, respond) {
      const server = fastify();
      await server.register(fastifyExpress);
      for (const each of middleware) server.use(each);
      server.get("/*", async (req) => respond(req.raw));
      return listenFastify(server);
    },
  },
  { name: "Koa with koa-connect", start: startKoa(koaConnect) },
  {
    name: "Koa with koa-connect around an app of Express",
    start: startKoa((middleware) => koaConnect(express5().use(middleware))),
  },
  {
    // Behind a function that wraps it the middleware can't know Connect.
    name: "Connect under a tracer",
    start: (middleware, respond) => startConnect(middleware.map(traced), respond),
  },
  {
    // As h3's fromNodeMiddleware and Vite-like servers do it.
    name: "a promise per middleware",
    async start(middleware, respond) {
      const run = async (req: IncomingMessage, res: ServerResponse) => {
        for (const each of middleware) {
          await new Promise<void>((resolve, reject) =>
            each(req, res, (error) => (error === undefined ? resolve() : reject(error))),
          );
        }
        res.end(respond(req));
      };
      return listen(
        createServer((req, res) => {
          run(req, res).catch(() => res.writeHead(500).end());
        }),
      );
    },
  },
];
