import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect, createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { Session } from "@websession/core";
import express from "express";
import { describe, expect, it, onTestFinished } from "vitest";
import { type SessionRequest, session } from "../src/node.ts";
import { ask, type Data, providers, serve, warmUp, withSession } from "./node-helpers.ts";
import { carry, TEXT, ways } from "./transports.ts";

/** Ways to answer, each with a cookie of the application's own. */
const answers: [name: string, write: (res: ServerResponse) => unknown][] = [
  ["end", (res) => res.setHeader("Set-Cookie", "theme=dark").end("ok")],
  ["writeHead with an object", (res) => res.writeHead(200, { "set-cookie": "theme=dark", Vary: "Accept" }).end("ok")],
  [
    "writeHead with a list",
    (res) => res.writeHead(200, ["Set-Cookie", "theme=dark", "Set-Cookie", "last=1"]).end("ok"),
  ],
  ["a redirect", (res) => res.writeHead(303, { Location: "/next", "Set-Cookie": ["theme=dark"] }).end("ok")],
  [
    "a stream",
    (res) => {
      res.setHeader("set-cookie", ["theme=dark"]);
      Readable.from(["o", "k"]).pipe(res);
    },
  ],
];

const table = ways.flatMap((way) => providers.map(([name, hmac]) => ({ ...way, hmacName: name, hmac })));

describe.each(table)("a session by $name with $hmacName", async ({ options, hmac, lines, vary }) => {
  const { sessions } = await warmUp({ hmac, ...options() });
  const read = () => serve(withSession(sessions, (session, res) => res.end(session.get("text") ?? "nothing")));

  it.each(answers)("comes and goes through node:http, answering by %s", async (_, write) => {
    const first = await ask(
      await serve(
        withSession(sessions, (session, res) => {
          session.set("text", TEXT);
          write(res);
        }),
      ),
    );
    expect(first.text).toBe("ok");
    expect(first.headers.get("vary")).toMatch(new RegExp(`^(Accept, )?${vary}$`));
    expect(first.headers.get("cache-control")).toBe("private, no-store");
    const cookies = first.headers.getSetCookie();
    expect(cookies).toContain("theme=dark");
    expect(cookies.filter((line) => line.startsWith("__Host-session"))).toHaveLength(lines);
    expect((await ask(await read(), undefined, { headers: carry(first.headers) })).text).toBe(TEXT);
  });

  it("comes and goes through Express, and ends there", async () => {
    const app = express();
    app.use(session(sessions));
    app.get("/fill", (req, res) => {
      req.session.set("text", TEXT);
      res.cookie("theme", "dark").redirect("/read");
    });
    app.get("/read", (req, res) => void res.send(req.session.get("text")));
    app.get("/end", (req, res) => {
      req.session.destroy();
      res.json({});
    });
    const origin = await serve(app);
    const first = await ask(`${origin}/fill`);
    expect(first.headers.getSetCookie()).toHaveLength(lines + 1);
    const init = { headers: carry(first.headers) };
    expect((await ask(`${origin}/read`, undefined, init)).text).toBe(TEXT);
    const ended = await ask(`${origin}/end`, undefined, init);
    expect([carry(ended.headers), ended.headers.getSetCookie().length]).toEqual([{}, lines]);
  });

  it("comes and goes through node:http2", async () => {
    const middleware = session(sessions);
    const server = createServer((req, res) => {
      middleware(req, res, () => {
        const { session } = req as typeof req & SessionRequest<Data>;
        if (session.isNew) session.set("text", TEXT);
        res.end(session.get("text") ?? "");
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    onTestFinished(() => {
      client.destroy();
      server.close();
    });
    const get = async (headers: Record<string, string>) => {
      const stream = client.request({ ":path": "/", ...headers });
      const [received] = await once(stream, "response");
      const pairs = Object.entries(received as Record<string, string | string[]>);
      const list = pairs.flatMap(([name, value]) =>
        [value].flat().map((each): [string, string] => [name, String(each)]),
      );
      const text = Buffer.concat(await stream.toArray()).toString();
      return { headers: new Headers(list.filter(([name]) => !name.startsWith(":"))), text };
    };
    const first = await get({});
    expect(first.headers.getSetCookie()).toHaveLength(lines);
    const second = await get(carry(first.headers));
    expect([second.text, second.headers.getSetCookie(), second.headers.get("vary")]).toEqual([TEXT, [], vary]);
  });
});

declare global {
  namespace Express {
    interface Request {
      session: Session<Data>;
    }
  }
}
