import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { type Awaitable, createSessions } from "@websession/core";
import express from "express";
import { Hono } from "hono";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { withSession } from "../src/fetch.ts";
import { session as honoSession, type SessionEnv } from "../src/hono.ts";
import { session as nodeSession, type SessionRequest } from "../src/node.ts";
import { ask, listen } from "./node-helpers.ts";

interface Data {
  visits: number;
}

const sessions = createSessions<Data>({ secrets: "a secret for tests that is long enough" });
const location = "https://example.com/next";

const logged = vi.spyOn(console, "error");
beforeEach(() => {
  logged.mockReset().mockImplementation(() => {});
});

/** What the client, or the caller of the adapter, gets. */
interface Outcome {
  status: number;
  location: string | null;
  kept: boolean;
  thrown: boolean;
}

/** The ways in which a handler ends: it throws, or it redirects as the framework does. */
type Ending = "thrown error" | "redirect" | "thrown Response";

function end(ending: Exclude<Ending, "redirect">): never {
  if (ending === "thrown error") throw new Error("from the handler");
  throw Response.redirect(location, 303);
}

const redirect = () => Response.redirect(location, 303);
const count = (session: { set(key: "visits", value: number): unknown }) => session.set("visits", 1);

/** The outcome of a call that resolves, or throws. */
async function outcomeOf(answering: Awaitable<Response>): Promise<Outcome | "thrown on"> {
  try {
    return shown(await answering, false);
  } catch (thrown) {
    return thrown instanceof Response ? shown(thrown, true) : "thrown on";
  }
}

function shown({ status, headers }: Pick<Response, "status" | "headers">, thrown: boolean): Outcome {
  return { status, location: headers.get("location"), kept: headers.getSetCookie().length === 1, thrown };
}

const request = () => new Request("https://example.com/");

async function askServer(listener: Parameters<typeof createServer>[1]): Promise<Outcome> {
  return shown(await ask(await listen(createServer(listener))), false);
}

/** The table of docs/adapters.md, "What a handler throws". */
const adapters: Record<string, (ending: Ending) => Promise<Outcome | "thrown on">> = {
  "sessions.handle": (ending) =>
    outcomeOf(
      sessions.handle(request(), (session) => {
        count(session);
        return ending === "redirect" ? redirect() : end(ending);
      }),
    ),
  withSession: (ending) =>
    outcomeOf(
      withSession(sessions, (_request, session) => {
        count(session);
        return ending === "redirect" ? redirect() : end(ending);
      })(request()),
    ),
  Hono: (ending) => outcomeOf(honoApp(ending).request("/")),
  "Hono on @hono/node-server": (ending) => askServer(getRequestListener(honoApp(ending).fetch)),
  Express: (ending) => {
    const app = express();
    app.use(nodeSession(sessions));
    app.get("/", (req, res) => {
      count(req.session);
      return ending === "redirect" ? res.redirect(303, location) : end(ending);
    });
    return askServer(app);
  },
  "plain Node": (ending) => {
    const middleware = nodeSession(sessions);
    return askServer((req, res) =>
      middleware(req, res, () => {
        count((req as SessionRequest<Data>).session);
        return ending === "redirect" ? res.writeHead(303, { location }).end() : end(ending);
      }),
    );
  },
};

function honoApp(ending: Ending): Hono<SessionEnv<Data>> {
  const app = new Hono<SessionEnv<Data>>();
  app.use(honoSession(sessions)).get("/", (c) => {
    count(c.var.session);
    return ending === "redirect" ? c.redirect(location, 303) : end(ending);
  });
  return app;
}

const redirected = { status: 303, location, kept: true, thrown: false };
const thrownOn = { ...redirected, thrown: true };
const errorPage = { status: 500, location: null, kept: true, thrown: false };
const bare = { status: 500, location: null, kept: false, thrown: false };

describe("what a handler throws", () => {
  it.each<[adapter: string, error: unknown, redirect: unknown, response: unknown]>([
    ["sessions.handle", "thrown on", redirected, thrownOn],
    ["withSession", "thrown on", redirected, thrownOn],
    ["Hono", errorPage, redirected, thrownOn],
    ["Hono on @hono/node-server", errorPage, redirected, bare],
    ["Express", errorPage, redirected, errorPage],
    ["plain Node", errorPage, redirected, errorPage],
  ])("%s: an error, a redirect, a Response", async (adapter, error, redirect, response) => {
    const answer = adapters[adapter] ?? expect.unreachable(`no adapter ${adapter}`);
    expect(await answer("redirect")).toEqual(redirect);
    expect(await answer("thrown error")).toEqual(error);
    expect(await answer("thrown Response")).toEqual(response);
  });
});
