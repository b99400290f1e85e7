import { getIronSession } from "iron-session";
import { onFetch } from "../hosts/fetch.ts";
import { onNode } from "../hosts/node.ts";
import { type Payload, secret } from "../measure/payload.ts";
import { type Action, act, objectAccess, type Subject } from "../measure/subject.ts";
import { attributes } from "./attributes.ts";

const options = { password: secret, cookieName: "session", cookieOptions: attributes };
const writes = (action: Action) => action === "fill" || action === "write";

export const ironSessionOnNode: Subject = {
  name: "iron-session",
  host: "Node http",
  keeps: "cookie",
  webCrypto: true,
  open: () => (action) =>
    onNode(async (req, res) => {
      const session = await getIronSession<Partial<Payload>>(req, res, options);
      const body = act(action, objectAccess(session));
      if (writes(action)) await session.save();
      res.end(body);
    }),
};

export const ironSessionOnFetch: Subject = {
  name: "iron-session",
  host: "fetch",
  keeps: "cookie",
  webCrypto: true,
  open: () => (action) =>
    onFetch(async (request) => {
      const response = new Response();
      const session = await getIronSession<Partial<Payload>>(request, response, options);
      const body = act(action, objectAccess(session));
      if (writes(action)) await session.save();
      return new Response(body, { headers: response.headers });
    }),
};
