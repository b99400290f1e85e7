import { createSessions, deflate, type Session, type Sessions, signed } from "@websession/core";
import { encrypted } from "@websession/core/encrypted";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { withSession } from "../src/fetch.ts";
import { type SessionEnv, session } from "../src/hono.ts";

interface Data {
  visits: number;
}

const secrets = "a secret for tests that is long enough";
const plain = createSessions<Data>({ secrets });
const sealed = createSessions<Data>({ secrets, codec: encrypted({ accept: [signed()], compress: deflate }) });

function count(session: Session<Data>): string {
  session.set("visits", (session.get("visits") ?? 0) + 1);
  return String(session.get("visits"));
}

type Handler = (request: Request) => Response | Promise<Response>;

const surfaces: [name: string, serve: (sessions: Sessions<Data>) => Handler][] = [
  ["handle", (sessions) => (request) => sessions.handle(request, (each) => new Response(count(each)))],
  ["withSession", (sessions) => withSession(sessions, (_request, each) => new Response(count(each)))],
  [
    "Hono",
    (sessions) => {
      const app = new Hono<SessionEnv<Data>>();
      app.use(session(sessions));
      app.get("/", (c) => c.text(count(c.var.session)));
      return (request) => app.request(request);
    },
  ],
];

describe.each(surfaces)("encrypted sessions through %s", (_name, serve) => {
  const ask = (handler: Handler, cookie = "") =>
    handler(new Request("http://localhost/", cookie === "" ? {} : { headers: { cookie } }));
  const cookieOf = (response: Response) => response.headers.getSetCookie()[0]?.split(";")[0] ?? "";

  it("are kept from request to request", async () => {
    const handler = serve(sealed);
    const first = await ask(handler);
    const second = await ask(handler, cookieOf(first));
    expect([await first.text(), await second.text()]).toEqual(["1", "2"]);
    expect(cookieOf(second)).toMatch(/^__Host-session=[\w-]+\.\.[\w-]{16}\.[\w-]+\.[\w-]{22}$/);
  });

  it("go on where signed ones were", async () => {
    const before = await ask(serve(plain));
    const after = await ask(serve(sealed), cookieOf(before));
    expect(await after.text()).toBe("2");
    expect(await (await ask(serve(plain), cookieOf(after))).text()).toBe("1");
  });
});
