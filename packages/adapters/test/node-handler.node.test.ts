import { createServer } from "node:http";
import { createServer as createServer2 } from "node:http2";
import { expect, it } from "vitest";
import { withSession } from "../src/node.ts";
import { ask, cookieIn, listen, setUp } from "./node-helpers.ts";

it("gives a handler of node:http its session, beside what Node gives", async () => {
  const { sessions } = setUp();
  const origin = await listen(
    createServer(
      withSession(sessions, async (req, res, session) => {
        const visits = await session.update("visits", (visits = 0) => visits + 1);
        res.setHeader("x-method", req.method ?? "").end(`${req.url}: ${visits satisfies number}`);
      }),
    ),
  );
  const first = await ask(`${origin}/a`);
  const second = await ask(`${origin}/b`, cookieIn(first));
  expect([first.text, second.text, second.headers.get("x-method")]).toEqual(["/a: 1", "/b: 2", "GET"]);
});

it("needs no types for node:http2", () => {
  createServer2(
    withSession(setUp().sessions, (req, res, session) => {
      session.set("text", req.authority);
      res.stream.end();
    }),
  );
});
