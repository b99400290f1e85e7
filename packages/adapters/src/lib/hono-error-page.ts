import type { Context } from "hono";

/** Fields that let caches keep a page, frame it, or send the client elsewhere. */
const ofThePage = new Set([
  "accept-ranges",
  "age",
  "etag",
  "expires",
  "last-modified",
  "link",
  "location",
  "refresh",
  "trailer",
  "transfer-encoding",
]);

/** All of Content-*, but not a Content-Security-Policy. */
const ofTheBody = /^content-(?!security-policy)/;

/** `CDN-Cache-Control` and its kin, and what tells nginx to cache or to send another file. */
const ofTheCdn = /-cache-control$|^(cache-tags?|edge-control|surrogate-|x-accel-)/;

/**
 * Before `onError` is called: takes the headers of a page that will not be sent off `c`, because Hono gives them to the answer
 * of `onError`. Those of other middleware stay, such as those of CORS, and cookies.
 */
export function takeBack(c: Context): void {
  if (c.finalized) reopen(c);
  for (const [name, value] of pendingHeaders(c)) {
    if (isOfThePage(name, value)) c.header(name, undefined);
  }
}

/**
 * After `onError` was called: takes the same headers off its answer, which Hono gave to it. Those that describe the answer itself
 * stay: its type, the encoding by `compress`, and where an `HTTPException` redirects to.
 */
export function cleanErrorPage(c: Context): void {
  const page = c.res;
  // Hono's setter copies the headers of the former response over those of the new one, unless there is no former one.
  c.res = undefined;
  const pending = pendingHeaders(c);
  const isOwn = (name: string): boolean =>
    name === "content-type" ||
    (name === "content-encoding" && !pending.has(name)) ||
    (name === "location" && page.status >= 300 && page.status < 400);
  const others = [...page.headers].filter(([name, value]) => isOfThePage(name, value) && !isOwn(name));
  c.res = others.length === 0 ? page : withoutHeaders(page, others);
}

function withoutHeaders(
  { body, status, statusText, headers }: Response,
  fields: [name: string, value: string][],
): Response {
  const left = new Headers(headers);
  for (const [name] of fields) left.delete(name);
  return new Response(body, { status, statusText, headers: left });
}

/** Leaves only the headers of a finished response. They can be changed, unlike those of a redirect. */
function reopen(c: Context): void {
  const { headers } = c.res;
  c.res = undefined;
  c.res = new Response(null, { headers });
  c.finalized = false;
}

/** The headers that Hono would give to an answer. */
function pendingHeaders(c: Context): Headers {
  return c.newResponse(null, 200).headers;
}

function isOfThePage(name: string, value: string): boolean {
  if (name === "cache-control") return !/\bno-store\b/i.test(value);
  return ofThePage.has(name) || ofTheBody.test(name) || ofTheCdn.test(name);
}
