import { claimsOf } from "../helpers.ts";
import type { Run } from "./run.ts";
import { revokes } from "./scripts.ts";
import { copyCookieIn, tokenIn } from "./tokens.ts";
import type { Visit } from "./visit.ts";
import type { View } from "./world.ts";

/** How a request ends. */
export function describeOutcome(visit: Visit, run: Run): string {
  if (visit.error !== undefined) return visit.error;
  if (visit.issued) return `200, cookie ${run.names.ofToken(visit.issued)}`;
  if (revokes(visit.plan.script)) return "200, revoked";
  return visit.clears ? "200, cookie cleared" : "200";
}

/** What a request is sent with. */
export function describeCookies(cookies: string | undefined, { names }: Run): string {
  const copy = copyCookieIn(cookies);
  const { v, t } = copy === undefined ? {} : claimsOf(copy);
  return `${names.ofToken(tokenIn(cookies))}${copy === undefined ? "" : ` and a copy (version ${v}, of second ${t})`}`;
}

/** What a handler sees. */
export function describeView({ owner, data, isNew, ended }: View): string {
  const state = isNew ? "a new session" : "a session";
  const whose = owner === undefined ? "" : ` of ${owner}`;
  const why = ended === undefined ? "" : `, the former ${ended}`;
  const keys = Object.entries(data).map(([key, { by }]) => (key === "counter" ? `${key} by ${by.join("+")}` : key));
  return `${state}${whose}${why}: ${keys.join(", ") || "empty"}`;
}
