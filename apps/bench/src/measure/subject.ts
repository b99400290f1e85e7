import { type Payload, payload } from "./payload.ts";

/** What the handler does with the session. */
export type Action = "fill" | "ignore" | "read" | "write";

/** How a handler reaches the session of whichever library. */
export interface Access {
  get<K extends keyof Payload>(key: K): Payload[K] | undefined;
  set(values: Partial<Payload>): void;
}

/** The one handler of this benchmark; gives the body. `values` are what it fills a session with. */
export function act(action: Action, session: Access, values: Partial<Payload> = payload): string {
  if (action === "ignore") return "ok";
  if (action === "read") return session.get("userId") ?? "nobody";
  if (action === "fill") {
    session.set(structuredClone(values));
    return "filled";
  }
  const visits = (session.get("visits") ?? 0) + 1;
  session.set({ visits });
  return `visits: ${visits}`;
}

/** For libraries whose session is a plain object. */
export function objectAccess(session: object): Access {
  return {
    get: (key) => (session as Partial<Payload>)[key],
    set: (values) => void Object.assign(session, values),
  };
}

/** For those whose session has `get` and `set`. */
export function keyAccess(session: { get(key: string): unknown; set(key: string, value: unknown): unknown }): Access {
  return {
    get: (key) => session.get(key) as never,
    set: (values) => {
      for (const [key, value] of Object.entries(values)) session.set(key, value);
    },
  };
}

/** What came of a request. */
export interface Answer {
  text(): string | Promise<string>;
  setCookies(): readonly string[];
}

/** One request, from its beginning to the end of its answer. */
export type Serve = (cookie?: string) => Promise<Answer>;

/** What a request goes through. Bare ones, whose own cost is taken off the others', have the host's name. */
export type Host = "Node http" | "fetch" | "Hono" | "Fastify" | "h3" | "Remix router";

/** A library in one of its ways of use. */
export interface Subject {
  readonly name: string;
  readonly host: Host;
  /** In a cookie, or in this process. */
  readonly keeps: "cookie" | "memory";
  /** Signs and seals by WebCrypto, which is asynchronous. */
  readonly webCrypto: boolean;
  /** Makes the library ready once: its store is shared by all actions. */
  open(): Promise<(action: Action) => Serve> | ((action: Action) => Serve);
}
