import { type Context, Hono } from "hono";
import type { DemoEnv } from "./demo-data.ts";
import { layoutStyle } from "./style-layout.ts";
import { visitorStyle } from "./style-visitor.ts";
import { wireStyle } from "./style-wire.ts";

/** What the page needs beside itself. Mounted before the session: a shared cache may keep these. */
export const assetRoutes: Hono<DemoEnv> = new Hono<DemoEnv>();

const style = layoutStyle + visitorStyle + wireStyle;

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect x="2" y="6" width="28" height="20" rx="3" fill="#fffdf7" stroke="#23262d" stroke-width="2"/>
<path d="M3 8l13 10L29 8" fill="none" stroke="#23262d" stroke-width="2"/>
<circle cx="16" cy="18" r="5" fill="#b2352b"/></svg>`;

assetRoutes.get("/style.css", (c) => asset(c, style, "text/css; charset=utf-8"));
assetRoutes.get("/icon.svg", (c) => asset(c, icon, "image/svg+xml"));

function asset(c: Context, body: string, type: string): Response {
  return c.body(body, 200, { "content-type": type, "cache-control": "public, max-age=60" });
}
