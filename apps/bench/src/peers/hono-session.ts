import {
  type SessionEnv,
  type Storage as StorageOf,
  useSession as session,
  useSessionStorage as sessionStorage,
} from "@hono/session";
import { Hono, type MiddlewareHandler } from "hono";
import { type Payload, secret } from "../measure/payload.ts";
import { type Action, act, type Subject } from "../measure/subject.ts";
import { honoPeer } from "./hono-peer.ts";

type Env = SessionEnv<Partial<Payload>>;
type Storage = StorageOf<Partial<Payload>>;

export function honoSessionApp(action: Action, storage?: Storage): Hono<Env> {
  const app = new Hono<Env>();
  if (storage) app.use(sessionStorage(storage) as MiddlewareHandler);
  app.use(session({ secret }) as unknown as MiddlewareHandler);
  app.get("/", async (c) => {
    if (action === "ignore") return c.text("ok");
    const data = (await c.var.session.get()) ?? {};
    let changes: Partial<Payload> | undefined;
    const set = (values: Partial<Payload>) => {
      changes = values;
    };
    const body = act(action, { get: (key) => data[key], set });
    if (changes) await c.var.session.update({ ...data, ...changes });
    return c.text(body);
  });
  return app;
}

function mapStorage(): Storage {
  const map = new Map<string, Partial<Payload>>();
  return {
    get: (sid) => map.get(sid) ?? null,
    set: (sid, value) => void map.set(sid, value),
    delete: (sid) => void map.delete(sid),
  };
}

export const honoSessionPeers: readonly Subject[] = [
  honoPeer("@hono/session", "cookie", () => undefined, honoSessionApp),
  honoPeer("@hono/session, Map", "memory", mapStorage, honoSessionApp),
];
