import { type Session, type SessionData, SessionError, type Sessions } from "@websession/core";
import type { Context, MiddlewareHandler } from "hono";
import { cleanErrorPage, takeBack } from "./hono-error-page.ts";
import { perEnvironment, type SessionsSource } from "./per-environment.ts";

/** The type of the data, from sessions, or from a function that makes them. */
type DataOf<Source> = Source extends Sessions<infer Data> | ((env: never) => Sessions<infer Data>) ? Data : Source;

/** On Cloudflare Workers: the type of `env`, from the function that makes the sessions. */
type BindingsOf<Source> = Source extends (env: infer Bindings) => unknown ? { Bindings: Bindings } : unknown;

/**
 * The type of an app whose routes use `c.var.session`: `new Hono<SessionEnv<typeof sessions>>()`.
 *
 * `typeof sessions` tells the type of the data; the data's own type will do as well. `Name` is the option `name` of `session`.
 * With several sessions: `SessionEnv<typeof visitors> & SessionEnv<typeof admins, "admin">`.
 */
export type SessionEnv<Source extends object = SessionData, Name extends string = "session"> = {
  Variables: { [name in Name]: Session<DataOf<Source>> } & { [names in `${Name}s`]: Sessions<DataOf<Source>> };
} & BindingsOf<Source>;

/** Options of the Hono middleware. */
export interface HonoSessionOptions<Name extends string = "session"> {
  /**
   * The session's name in `c.var`; the sessions have the same name with an `s`. Default: `session`, so `c.var.session` and
   * `c.var.sessions`. Several sessions side by side each need a name of their own.
   */
  readonly name?: Name;
}

/**
 * Hono middleware: `app.use(session(sessions))` gives every later handler `c.var.session`, and
 * `c.var.sessions` to list and revoke with.
 *
 * Responses that `app.onError` makes of an error are committed too; they have no header by which a cache would keep the page
 * that failed. On Cloudflare Workers give a function of `c.env` instead. Mounted twice for one request, in an app and its
 * sub-app, say, there is still one session and one commit.
 */
export function session<Data extends object, Bindings extends object = object, Name extends string = "session">(
  source: SessionsSource<Data, Bindings>,
  options: HonoSessionOptions<Name> = {},
): MiddlewareHandler<SessionEnv<Data, Name> & { Bindings: Bindings }> {
  const sessionsOf = perEnvironment(source);
  const name = readName(options);
  return async (c: Context, next) => {
    const sessions = sessionsOf(c.env);
    if (isMounted(c, name, sessions)) return next();
    try {
      const response = await sessions.handle(c.req.raw, async (session) => {
        c.set(name, session);
        c.set(`${name}s`, sessions);
        await next();
        if (c.error !== undefined) cleanErrorPage(c);
        return c.res;
      });
      if (response !== c.res) replaceResponse(c, response);
    } catch (error) {
      takeBack(c);
      throw error;
    }
  };
}

function readName({ name = "session" }: HonoSessionOptions<string>): string {
  if (typeof name === "string" && name !== "") return name;
  const found = name === "" ? "empty" : `${name === null ? "null" : `of type ${typeof name}`}`;
  throw new SessionError(
    "ERR_INVALID_OPTION",
    `name must be a string that is not empty, but is ${found}. It names the session in c.var: "admin" gives c.var.admin.`,
  );
}

/** True if the same sessions are mounted already. Throws if the name belongs to somebody else. */
function isMounted(c: Context, name: string, sessions: unknown): boolean {
  const mounted: unknown = c.get(`${name}s`);
  if (mounted === sessions) return true;
  if (mounted === undefined && c.get(name) === undefined) return false;
  throw new SessionError(
    "ERR_INVALID_OPTION",
    `c.var.${name} or c.var.${name}s is set already, by other sessions or by your own code. Each of several sessions needs a ` +
      'name of its own: session(admins, { name: "admin" }) gives c.var.admin and c.var.admins. If these are the same ' +
      "sessions, make them once and give the same object, or the same function, to every session().",
  );
}

/** Hono's setter copies the headers of the former response over those of the new one, unless there is no former one. */
function replaceResponse(c: Context, response: Response): void {
  c.res = undefined;
  c.res = response;
}
