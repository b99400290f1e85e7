import { createSessions, type Session, type SessionEvent, type SessionOptions } from "../src/index.ts";

export const SECRET = "a secret for tests that is long enough";
export const OLD_SECRET = "an older secret, retired but remembered";

/** 2026-11-22T00:00:00Z */
export const START = 1_795_305_600;

type Data = Record<string, unknown>;
/** What it returns is sent if it is a Response. */
type Handler = (session: Session<Data>) => unknown;

/** The events for the audit log: what requests did to sessions. */
const AUDITED: readonly SessionEvent["type"][] = ["logged-in", "regenerated", "ended"];

/** Sessions under a clock that stands still until it is moved, with the events they gave; those for the audit log are apart. */
export function setUp(options: Partial<SessionOptions> = {}) {
  const clock = { seconds: START };
  const events: SessionEvent[] = [];
  const audit: SessionEvent[] = [];
  const sessions = createSessions<Data>({
    secrets: SECRET,
    now: () => clock.seconds * 1000,
    onEvent: (event) => (AUDITED.includes(event.type) ? audit : events).push(event),
    ...options,
  });

  /** One request with exactly this Cookie header. */
  const visit = (cookie: string | undefined, handler: Handler = touch, url = "http://localhost/") =>
    sessions.handle(new Request(url, cookie === undefined ? {} : { headers: { cookie } }), async (session) => {
      const result = await handler(session);
      return result instanceof Response ? result : new Response("ok");
    });

  /** A cookie, as the browser would send it back, of a session that the handler filled. */
  const cookieOf = async (handler: Handler): Promise<string> => cookieIn(await visit(undefined, handler));

  /** What a handler sees who gets this Cookie header. */
  const dataOf = async (cookie: string): Promise<Data> => {
    const session = await sessions.load(new Request("http://localhost/", { headers: { cookie } }));
    return Object.fromEntries(session);
  };

  return { sessions, clock, events, audit, visit, cookieOf, dataOf };
}

export function touch(session: Session<Data>): void {
  session.has("anything");
}

/** name=value of the one cookie that a response sets. */
export function cookieIn(response: Response): string {
  const [line, ...more] = response.headers.getSetCookie();
  if (line === undefined || more.length > 0) throw new Error(`expected one Set-Cookie, got ${more.length}`);
  return line.slice(0, line.indexOf(";"));
}

export function isCleared(response: Response): boolean {
  return response.headers.getSetCookie().some((line) => line.includes("=;") && line.includes("; Max-Age=0;"));
}

/** The claims of a cookie's token, unverified. */
export function claimsOf(cookie: string): Record<string, unknown> {
  const [, payload = ""] = cookie.slice(cookie.indexOf("=") + 1).split(".");
  return JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
}
