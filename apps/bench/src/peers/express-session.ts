import expressSession, { MemoryStore, type Store } from "express-session";
import { onNode } from "../hosts/node.ts";
import { secret } from "../measure/payload.ts";
import { act, objectAccess, type Subject } from "../measure/subject.ts";
import { attributes } from "./attributes.ts";
import { type ConnectMiddleware, sessionOf } from "./connect.ts";

/** With the options that its documentation recommends. */
export function expressSessionMiddleware(store: Store, cookie: object = attributes): ConnectMiddleware {
  const options = { secret, store, cookie, resave: false, saveUninitialized: false };
  return expressSession(options) as unknown as ConnectMiddleware;
}

export function expressSessionSubject(name: string, makeStore: () => Store): Subject {
  return {
    name,
    host: "Node http",
    keeps: "memory",
    webCrypto: false,
    open() {
      const middleware = expressSessionMiddleware(makeStore());
      return (action) =>
        onNode((req, res) => middleware(req, res, () => res.end(act(action, objectAccess(sessionOf(req))))));
    },
  };
}

export const expressSessionPeer: Subject = expressSessionSubject(
  "express-session, MemoryStore",
  () => new MemoryStore(),
);
