import { createCookieSessionStorage, createMemorySessionStorage, type SessionStorage } from "react-router";
import { onFetch } from "../hosts/fetch.ts";
import { secret } from "../measure/payload.ts";
import { act, keyAccess, type Subject } from "../measure/subject.ts";
import { attributes } from "./attributes.ts";

const cookie = { name: "session", secrets: [secret], ...attributes };

function subject(name: string, keeps: Subject["keeps"], makeStorage: () => SessionStorage): Subject {
  return {
    name,
    host: "fetch",
    keeps,
    webCrypto: true,
    open() {
      const { getSession, commitSession } = makeStorage();
      return (action) =>
        onFetch(async (request) => {
          const session = await getSession(request.headers.get("cookie"));
          const body = act(action, keyAccess(session));
          if (action !== "fill" && action !== "write") return new Response(body);
          return new Response(body, { headers: { "set-cookie": await commitSession(session) } });
        });
    },
  };
}

export const reactRouterPeers: readonly Subject[] = [
  subject("react-router", "cookie", () => createCookieSessionStorage({ cookie })),
  subject("react-router, memory", "memory", () => createMemorySessionStorage({ cookie })),
];
