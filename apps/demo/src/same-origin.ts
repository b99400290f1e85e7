import type { MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";

/**
 * Refuses to change anything on behalf of another site's page.
 *
 * Not hono/csrf: that one looks at form content types only, so a DELETE or a JSON PUT is left to CORS; it refuses a
 * `curl -d`, which sends neither header; and it compares whole origins, which fails behind a proxy that ends the TLS.
 */
export const refuseCrossSite: MiddlewareHandler = async (c, next) => {
  if (!isSafe(c.req.method) && isCrossSite(c.req.raw)) {
    throw new HTTPException(403, { message: "This request comes from another site's page." });
  }
  await next();
};

/** RFC 9110 section 9.2.1 */
function isSafe(method: string): boolean {
  return ["GET", "HEAD", "OPTIONS"].includes(method);
}

/** Only browsers send these headers, and no page can forge them; who sends neither carries nobody else's cookies. */
function isCrossSite({ headers, url }: Request): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site !== "same-origin" && site !== "none";
  const origin = headers.get("origin");
  return origin !== null && hostOf(origin) !== new URL(url).host;
}

/** Undefined for the origin `null` of sandboxed pages. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
