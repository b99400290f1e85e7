import cookieSession from "cookie-session";
import { onNode } from "../hosts/node.ts";
import { secret } from "../measure/payload.ts";
import { act, objectAccess, type Subject } from "../measure/subject.ts";
import { attributes } from "./attributes.ts";
import { type ConnectMiddleware, sessionOf } from "./connect.ts";

export function cookieSessionMiddleware(cookie: object = attributes): ConnectMiddleware {
  return cookieSession({ name: "session", keys: [secret], ...cookie }) as unknown as ConnectMiddleware;
}

export const cookieSessionPeer: Subject = {
  name: "cookie-session",
  host: "Node http",
  keeps: "cookie",
  webCrypto: false,
  open() {
    const middleware = cookieSessionMiddleware();
    return (action) =>
      onNode((req, res) => middleware(req, res, () => res.end(act(action, objectAccess(sessionOf(req))))));
  },
};
