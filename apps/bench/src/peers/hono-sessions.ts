import { Hono } from "hono";
import { CookieStore, MemoryStore, type Session, sessionMiddleware } from "hono-sessions";
import { onFetch } from "../hosts/fetch.ts";
import { secret } from "../measure/payload.ts";
import { type Action, act, keyAccess, type Subject } from "../measure/subject.ts";

type Store = CookieStore | MemoryStore;

export function honoSessionsApp(
  store: Store,
  action: Action,
  secure = true,
): Hono<{ Variables: { session: Session } }> {
  const app = new Hono<{ Variables: { session: Session } }>();
  const cookieOptions = { path: "/", httpOnly: true, secure, sameSite: "Lax" } as const;
  app.use(sessionMiddleware({ store, encryptionKey: secret, expireAfterSeconds: 86_400, cookieOptions }) as never);
  app.get("/", (c) => c.text(act(action, keyAccess(c.get("session")))));
  return app;
}

function subject(name: string, keeps: Subject["keeps"], makeStore: () => Store): Subject {
  return {
    name,
    host: "Hono",
    keeps,
    webCrypto: true,
    open() {
      const store = makeStore();
      return (action) => onFetch(honoSessionsApp(store, action).fetch);
    },
  };
}

export const honoSessionsPeers: readonly Subject[] = [
  subject("hono-sessions", "cookie", () => new CookieStore()),
  subject("hono-sessions, MemoryStore", "memory", () => new MemoryStore()),
];
