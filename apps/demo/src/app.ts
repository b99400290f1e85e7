import { type SessionsSource, session } from "@websession/adapters/hono";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { accountRoutes } from "./account-routes.ts";
import { answerError, answerNotFound, answerTooLarge } from "./answer-error.ts";
import { apiRoutes } from "./api-routes.ts";
import { assetRoutes } from "./asset-routes.ts";
import type { DemoData, DemoEnv } from "./demo-data.ts";
import { forgeryRoute } from "./forgery.ts";
import { showPage, takeFlashes } from "./page-routes.ts";
import { refuseCrossSite } from "./same-origin.ts";
import type { Settings } from "./settings.ts";
import { tutorialRoutes } from "./tutorial-routes.ts";
import { visitorRoutes } from "./visitor-routes.ts";

const MAX_BODY = 64 * 1024;

/** The demo, the same in every runtime. `source` is the sessions, or how to make them of a Worker's `env`. */
export function createApp(source: SessionsSource<DemoData, Settings>): Hono<DemoEnv> {
  const app = new Hono<DemoEnv>();
  app.onError(answerError);
  app.notFound(answerNotFound);
  app.use(refuseCrossSite, bodyLimit({ maxSize: MAX_BODY, onError: answerTooLarge }));
  app.route("/", assetRoutes);

  // The page is drawn around the session's middleware: what it shows of its own response is what is sent.
  app.get("/", showPage);
  app.get("/forge", showPage);
  app.use(session<DemoData, Settings>(source));
  app.get("/", takeFlashes);
  app.get("/forge", forgeryRoute(app), takeFlashes);

  app.route("/", tutorialRoutes);
  app.route("/api", apiRoutes);
  app.route("/", accountRoutes);
  app.route("/", visitorRoutes);
  return app;
}
