import type { SessionEnv } from "@websession/adapters/hono";
import type { Flash, Session, SessionInfo } from "@websession/core";
import type { Forgery } from "./forgery.ts";
import type { Place } from "./place.ts";
import type { Settings } from "./settings.ts";

/** Pieces of fruit by name; the tutorial counts them in strings. */
export type Cart = Record<string, string>;

/** What the demo keeps in a session. `PUT /api/session/:key` may add any key, and put anything under these. */
export interface DemoData {
  visits: number;
  cart_item: Cart;
  [key: string]: unknown;
}

export type DemoSession = Session<DemoData>;

/** What the demo's routes have at hand. */
export interface DemoEnv {
  Bindings: Settings;
  Variables: SessionEnv<DemoData>["Variables"] & {
    place: Place;
    flashes: readonly Flash[];
    forgery?: Forgery;
    ownSessions?: readonly SessionInfo[];
  };
}

export function visitsOf(session: DemoSession): number {
  return asCount(session.get("visits"));
}

export async function countVisit(session: DemoSession): Promise<number> {
  return await session.update("visits", (visits) => asCount(visits) + 1);
}

/** Undefined also where the API has put something else in its place. */
export function cartOf(session: DemoSession): Cart | undefined {
  const cart: unknown = session.get("cart_item");
  return isCart(cart) ? cart : undefined;
}

export function fillCart(session: DemoSession): void {
  session.set("cart_item", { apples: "10", banana: "20", pineapples: "30" });
}

export function dataOf(session: DemoSession): Record<string, unknown> {
  return Object.fromEntries(session.entries());
}

function asCount(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function isCart(value: unknown): value is Cart {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((pieces) => typeof pieces === "string");
}
