import { Hono } from "hono";
import { CookieStore, MemoryStore, type Session, sessionMiddleware } from "hono-sessions";
import { secret } from "../measure/payload.ts";
import { type Action, act, keyAccess, type Subject } from "../measure/subject.ts";
import { honoPeer } from "./hono-peer.ts";

type Store = CookieStore | MemoryStore;

export function honoSessionsApp(
  action: Action,
  store: Store,
  secure = true,
): Hono<{ Variables: { session: Session } }> {
  const app = new Hono<{ Variables: { session: Session } }>();
  const cookieOptions = { path: "/", httpOnly: true, secure, sameSite: "Lax" } as const;
  app.use(sessionMiddleware({ store, encryptionKey: secret, expireAfterSeconds: 86_400, cookieOptions }) as never);
  app.get("/", (c) => c.text(act(action, keyAccess(c.get("session")))));
  return app;
}

export const honoSessionsPeers: readonly Subject[] = [
  honoPeer("hono-sessions", "cookie", () => new CookieStore(), honoSessionsApp),
  honoPeer("hono-sessions, MemoryStore", "memory", () => new MemoryStore(), honoSessionsApp),
];
