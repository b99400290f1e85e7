import { SessionError, type SessionErrorCode } from "@websession/core";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";

/** What a client can bring about, by asking to keep too much or too deep a thing, and what it may ask again for later. */
const statusOf: { readonly [code in SessionErrorCode]?: number } = {
  ERR_TOKEN_TOO_LARGE: 413,
  ERR_NOT_SERIALIZABLE: 400,
  ERR_STORE: 503,
};

/** Errors of handlers, and of the commit after them. Only what the client can mend, or wait for, is told. */
export function answerError(error: Error, c: Context): Response {
  // Where the commit failed, a response is there already, and Hono would copy its headers to this one.
  c.res = undefined;
  if (error instanceof HTTPException) return problem(error.status, error.message);
  const status = error instanceof SessionError ? statusOf[error.code] : undefined;
  if (status === undefined || status >= 500) console.error(error);
  if (status !== undefined) return problem(status, error.message);
  return problem(500, "Something went wrong on the server.");
}

export function answerNotFound(): Response {
  return problem(404, "There is nothing here.");
}

export function answerTooLarge(): Response {
  return problem(413, "The body is too large.");
}

function problem(status: number, error: string): Response {
  return new Response(JSON.stringify({ error }), { status, headers: { "content-type": "application/json" } });
}
