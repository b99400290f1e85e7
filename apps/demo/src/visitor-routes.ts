import { Hono } from "hono";
import { readForm } from "./body.ts";
import { type Cart, cartOf, countVisit, type DemoEnv, fillCart } from "./demo-data.ts";

/** The page's buttons: each changes the session and leads back to where it stands on the page. */
export const visitorRoutes: Hono<DemoEnv> = new Hono<DemoEnv>();

visitorRoutes.post("/visit", async (c) => {
  await countVisit(c.var.session);
  return c.redirect("/#visits", 303);
});

visitorRoutes.post("/visit/delete", (c) => {
  c.var.session.delete("visits");
  return c.redirect("/#visits", 303);
});

visitorRoutes.post("/cart", (c) => {
  fillCart(c.var.session);
  return c.redirect("/#cart", 303);
});

visitorRoutes.post("/cart/add", async (c) => {
  const fruit = (await readForm(c)).get("fruit");
  const cart = cartOf(c.var.session);
  if (cart !== undefined && typeof fruit === "string") addOne(cart, fruit);
  return c.redirect("/#cart", 303);
});

visitorRoutes.post("/cart/delete", (c) => {
  c.var.session.delete("cart_item");
  return c.redirect("/#cart", 303);
});

visitorRoutes.post("/remember", async (c) => {
  c.var.session.persistent = (await readForm(c)).has("remember");
  return c.redirect("/#account", 303);
});

/** In place: the session finds out by itself. */
function addOne(cart: Cart, fruit: string): void {
  if (Object.hasOwn(cart, fruit)) cart[fruit] = String((Number(cart[fruit]) || 0) + 1);
}
