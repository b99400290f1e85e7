import type { HeadersLike, RequestContext } from "./request.ts";
import type { Transport } from "./transport/transport.ts";

/** The headers that a commit puts on a response. */
export interface HeaderChanges {
  /** The response depends on the session: false leaves it as it was. */
  readonly vary: boolean;
  /** The transport's lines, and those of a copy. None if the client needs nothing new. */
  readonly lines: readonly string[];
}

/** For a session that the handler never accessed: the response stays as it was. */
export const untouched: HeaderChanges = { vary: false, lines: [] };

/**
 * Fields by which an application allows the cache of its provider to keep a response: RFC 9213, and older ones of providers.
 * Such a cache follows them instead of Cache-Control.
 */
const TARGETED_CACHE_FIELDS = [
  "cdn-cache-control",
  "surrogate-control",
  "cloudflare-cdn-cache-control",
  "vercel-cdn-cache-control",
  "netlify-cdn-cache-control",
  "deno-cdn-cache-control",
  "akamai-cache-control",
  "edge-control",
  "x-accel-expires",
];

/** Puts the changes on the headers. Applying the same changes twice gives the same headers. */
export function applyChanges(
  headers: HeadersLike,
  changes: HeaderChanges,
  transport: Transport,
  context: RequestContext,
): void {
  if (!changes.vary) return;
  setVary(headers, transport);
  setOthers(headers, changes, transport, context);
}

/** The response with the changes: the same one if its headers can be changed, else a copy with the same body. */
export function respond(
  response: Response,
  changes: HeaderChanges,
  transport: Transport,
  context: RequestContext,
): Response {
  if (!changes.vary) return response;
  // A WebSocket's 101 and Response.error() (status 0) can't be copied.
  if (response.status < 200) {
    if (changes.lines.length > 0) context.emit({ type: "cookie-not-sent", status: response.status });
    return response;
  }
  // Redirects and fetched responses have immutable headers, which only a write reveals (Fetch standard, section 5.1).
  let target = response;
  try {
    setVary(target.headers, transport);
  } catch {
    target = new Response(response.body, response);
    setVary(target.headers, transport);
  }
  setOthers(target.headers, changes, transport, context);
  return target;
}

/** Always writes, and before all other changes: on immutable headers this call throws. */
function setVary(headers: HeadersLike, { header }: Transport): void {
  headers.set("vary", withName(headers.get("vary"), header));
}

function withName(vary: string | null, header: string): string {
  if (!vary) return header;
  const names = vary.toLowerCase().split(/[ ,]+/);
  return names.includes("*") || names.includes(header.toLowerCase()) ? vary : `${vary}, ${header}`;
}

function setOthers(
  headers: HeadersLike,
  { lines }: HeaderChanges,
  transport: Transport,
  context: RequestContext,
): void {
  if (lines.length === 0) {
    if (!headers.get("cache-control")) headers.set("cache-control", "private");
    return;
  }
  keepOutOfCaches(headers, context);
  transport.put(headers, lines);
}

/** RFC 9111 section 7.3: a Set-Cookie does not keep caches from storing the response. */
function keepOutOfCaches(headers: HeadersLike, context: RequestContext): void {
  const given = headers.get("cache-control") ?? "";
  const isShared = /\b(public|s-maxage)\b/i.test(given);
  if (isShared) context.emit({ type: "cacheable-response", cacheControl: given });
  if (isShared || !/\bno-store\b/i.test(given)) headers.set("cache-control", "private, no-store");
  for (const field of TARGETED_CACHE_FIELDS) {
    const value = headers.get(field);
    // Only the whole directive counts: with Akamai's `!no-store`, or `private` for some fields, a cache keeps the response.
    if (!value || /(^|[ ,])(private|no-store)(,|$)/i.test(value)) continue;
    context.emit({ type: "cacheable-response", cacheControl: `${field}: ${value}` });
    headers.delete(field);
  }
}
