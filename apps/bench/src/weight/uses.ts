/** A library as an application would import it. */
export interface Use {
  readonly name: string;
  readonly code: string;
  /** Comes with the application in any case, or can't be bundled: it is not counted. */
  readonly external?: readonly string[];
  /** Has parts that are not JavaScript, so that its bundle alone does not start. */
  readonly native?: true;
}

const ours = `
  import { createSessions } from "@websession/core";
  export default {
    fetch: (request, env) =>
      createSessions({ secrets: env.SESSION_SECRET }).handle(request, (session) => {
        session.set("visits", (session.get("visits") ?? 0) + 1);
        return new Response("Total visits: " + session.get("visits"));
      }),
  };`;

export const MINIMAL_APP = "websession, a minimal app";

export const uses: readonly Use[] = [
  { name: MINIMAL_APP, code: ours },
  {
    name: "websession on Hono",
    code: `export { createSessions } from "@websession/core"; export { session } from "@websession/adapters/hono";`,
    external: ["hono"],
  },
  {
    name: "websession on Node, nodeHmac",
    code: `export { createSessions } from "@websession/core"; export { nodeHmac, session } from "@websession/adapters/node";`,
  },
  {
    name: "websession, memoryStore",
    code: `export { createSessions, memoryStore } from "@websession/core";`,
  },
  {
    name: "websession, redisStore",
    code: `export { createSessions } from "@websession/core"; export { redisStore } from "@websession/adapters/stores/redis";`,
  },
  { name: "iron-session", code: `export { getIronSession } from "iron-session";` },
  { name: "cookie-session", code: `export { default } from "cookie-session";` },
  { name: "express-session", code: `export { default } from "express-session";` },
  {
    name: "@fastify/secure-session",
    code: `export { default } from "@fastify/secure-session";`,
    external: ["sodium-native"],
    native: true,
  },
  {
    name: "hono-sessions",
    code: `export { sessionMiddleware, CookieStore } from "hono-sessions";`,
    external: ["hono"],
  },
  { name: "@hono/session", code: `export { useSession } from "@hono/session";`, external: ["hono"] },
  {
    name: "@remix-run/session",
    code: `
      export { createCookie } from "@remix-run/cookie";
      export { createCookieSessionStorage } from "@remix-run/session/cookie-storage";
      export { session } from "@remix-run/session-middleware";`,
    external: ["@remix-run/fetch-router"],
  },
  { name: "react-router", code: `export { createCookieSessionStorage } from "react-router";`, external: ["react"] },
  { name: "h3 useSession", code: `export { useSession } from "h3";` },
];
