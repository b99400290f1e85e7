import { createCookie } from "@remix-run/cookie";
import { createRouter } from "@remix-run/fetch-router";
import { Session, type SessionStorage } from "@remix-run/session";
import { createCookieSessionStorage } from "@remix-run/session/cookie-storage";
import { createMemorySessionStorage } from "@remix-run/session/memory-storage";
import { session } from "@remix-run/session-middleware";
import { onFetch } from "../hosts/fetch.ts";
import { secret } from "../measure/payload.ts";
import { act, keyAccess, type Subject } from "../measure/subject.ts";
import { attributes } from "./attributes.ts";

function subject(name: string, keeps: Subject["keeps"], makeStorage: () => SessionStorage): Subject {
  return {
    name,
    host: "Remix router",
    keeps,
    webCrypto: true,
    open() {
      const cookie = createCookie("session", { secrets: [secret], ...attributes, sameSite: "Lax" });
      const middleware = session(cookie, makeStorage());
      return (action) => {
        const router = createRouter({ middleware: [middleware] });
        router.get("/", (context) => new Response(act(action, keyAccess(context.get(Session)))));
        return onFetch((request) => router.fetch(request));
      };
    },
  };
}

export const remixPeers: readonly Subject[] = [
  subject("@remix-run/session", "cookie", createCookieSessionStorage),
  subject("@remix-run/session, memory", "memory", createMemorySessionStorage),
];
