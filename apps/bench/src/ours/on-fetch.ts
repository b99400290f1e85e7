import { createSessions } from "@websession/core";
import { onFetch } from "../hosts/fetch.ts";
import { act, keyAccess } from "../measure/subject.ts";
import type { OurHost } from "./our-host.ts";

export const oursOnFetch: OurHost = {
  host: "fetch",
  serve(options, action, values) {
    const sessions = createSessions(options);
    return onFetch((request) =>
      sessions.handle(request, (session) => new Response(act(action, keyAccess(session), values))),
    );
  },
};
