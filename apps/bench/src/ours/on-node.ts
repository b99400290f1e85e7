import { type SessionRequest, session } from "@websession/adapters/node";
import { createSessions } from "@websession/core";
import { onNode } from "../hosts/node.ts";
import { act, keyAccess } from "../measure/subject.ts";
import type { OurHost } from "./our-host.ts";

export const oursOnNode: OurHost = {
  host: "Node http",
  serve(options, action, values) {
    const middleware = session(createSessions(options));
    return onNode((req, res) =>
      middleware(req, res, () => res.end(act(action, keyAccess((req as SessionRequest).session), values))),
    );
  },
};
