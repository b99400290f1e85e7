import { Hono } from "hono";
import { cartOf, countVisit, type DemoEnv, dataOf, fillCart } from "./demo-data.ts";

/** The routes of the tutorial. */
export const tutorialRoutes: Hono<DemoEnv> = new Hono<DemoEnv>();

tutorialRoutes.get("/spark-counter/", async (c) => c.text(`Total visits: ${await countVisit(c.var.session)}`));

tutorialRoutes.get("/delete-spark/", (c) => {
  c.var.session.delete("visits");
  return c.text("spark deleted");
});

tutorialRoutes.get("/session/", (c) => {
  const { session } = c.var;
  const before = c.json(dataOf(session));
  const cart = cartOf(session);
  if (cart === undefined) fillCart(session);
  else cart.apples = "100";
  return before;
});

tutorialRoutes.get("/untouched", (c) => c.text("This page never touches the session."));
