import { createServer } from "node:http";
import { session } from "@websession/adapters/node";
import express, { type RequestHandler } from "express";
import { MemoryStore } from "express-session";
import { type Access, act, keyAccess, objectAccess } from "../measure/subject.ts";
import { type ConnectMiddleware, sessionOf } from "../peers/connect.ts";
import { cookieSessionMiddleware } from "../peers/cookie-session.ts";
import { expressSessionMiddleware } from "../peers/express-session.ts";
import { waysOverHttp } from "./ours.ts";
import { BARE, type HttpSubject, listening, plainCookie } from "./subject.ts";

/** Middleware that plain Node and Express both take. */
interface Middleware {
  readonly library: string;
  readonly make: () => ConnectMiddleware;
  readonly access: (session: object) => Access;
}

const middlewares: readonly Middleware[] = [
  { library: BARE, make: () => (_req, _res, next) => next(), access: () => ({ get: () => "bare" as never, set() {} }) },
  ...waysOverHttp.map(([library, make]) => ({
    library,
    make: () => session(make()) as unknown as ConnectMiddleware,
    access: keyAccess as Middleware["access"],
  })),
  {
    library: "express-session, MemoryStore",
    make: () => expressSessionMiddleware(new MemoryStore(), plainCookie),
    access: objectAccess,
  },
  { library: "cookie-session", make: () => cookieSessionMiddleware(plainCookie), access: objectAccess },
];

export const onNodeHttp: readonly HttpSubject[] = middlewares.map(({ library, make, access }) => ({
  framework: "Node http",
  library,
  open() {
    const middleware = make();
    return (action) => {
      const answer: ConnectMiddleware = (req, res) =>
        middleware(req, res, () => res.end(act(action, access(sessionOf(req)))));
      return listening(createServer((req, res) => answer(req, res, () => {})));
    };
  },
}));

export const onExpress: readonly HttpSubject[] = middlewares.map(({ library, make, access }) => ({
  framework: "Express",
  library,
  open() {
    const middleware = make();
    return (action) => {
      const app = express();
      app.use(middleware as unknown as RequestHandler);
      app.get("/", (req, res) => {
        res.send(act(action, access(sessionOf(req))));
      });
      return listening(createServer(app));
    };
  },
}));
