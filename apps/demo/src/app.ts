import { type SessionsSource, session } from "@websession/adapters/hono";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { accountRoutes } from "./account-routes.ts";
import { answerError, answerNotFound, answerTooLarge } from "./answer-error.ts";
import { apiRoutes } from "./api-routes.ts";
import { assetRoutes } from "./asset-routes.ts";
import type { DemoData, DemoEnv } from "./demo-data.ts";
import { forgeryRoute } from "./forgery.ts";
import { listOwnSessions, ownerRoutes } from "./owner-routes.ts";
import { showPage, takeFlashes } from "./page-routes.ts";
import type { Place } from "./place.ts";
import { refuseCrossSite } from "./same-origin.ts";
import type { Settings } from "./settings.ts";
import { tutorialRoutes } from "./tutorial-routes.ts";
import { visitorRoutes } from "./visitor-routes.ts";

const MAX_BODY = 64 * 1024;

/**
 * The demo, the same in every runtime. `source` is the sessions, or how to make them of a Worker's `env`; `place` is where
 * they live.
 */
export function createApp(source: SessionsSource<DemoData, Settings>, place: Place = "cookie"): Hono<DemoEnv> {
  const app = new Hono<DemoEnv>();
  app.onError(answerError);
  app.notFound(answerNotFound);
  app.use(refuseCrossSite, bodyLimit({ maxSize: MAX_BODY, onError: answerTooLarge }));
  app.route("/", assetRoutes);
  app.use((c, next) => {
    c.set("place", place);
    return next();
  });

  // The page is drawn around the session's middleware: what it shows of its own response is what is sent.
  app.get("/", showPage);
  app.get("/forge", showPage);
  app.use(session<DemoData, Settings>(source));
  app.get("/", listOwnSessions, takeFlashes);
  app.get("/forge", listOwnSessions, forgeryRoute(app), takeFlashes);

  app.route("/", tutorialRoutes);
  app.route("/api", apiRoutes);
  app.route("/", accountRoutes);
  app.route("/", ownerRoutes);
  app.route("/", visitorRoutes);
  return app;
}
