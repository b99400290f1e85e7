import { createSessions, type Session } from "@websession/core";
import { Hono } from "hono";
import { expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import { withSession } from "../src/fetch.ts";
import { session } from "../src/hono.ts";

const schema = z.object({ visits: z.number().optional() });
const sessions = createSessions({ secrets: "a secret for tests that is long enough", schema });

it("a schema tells the type of c.var.session in Hono", async () => {
  const app = new Hono().use(session(sessions)).get("/", async (c) => {
    expectTypeOf(c.var.session).toEqualTypeOf<Session<{ visits?: number | undefined }>>();
    return c.text(`${await c.var.session.update("visits", (visits = 0) => visits + 1)}`);
  });
  expect(await (await app.request("/")).text()).toBe("1");
});

it("a schema tells the type of the session in a fetch handler", async () => {
  const fetch = withSession(sessions, async (_request, session) => {
    expectTypeOf(session.get("visits")).toEqualTypeOf<number | undefined>();
    return new Response(`${await session.update("visits", (visits = 0) => visits + 1)}`);
  });
  expect(await (await fetch(new Request("http://localhost/"))).text()).toBe("1");
});
