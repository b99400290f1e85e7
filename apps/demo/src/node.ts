import { serve } from "@hono/node-server";
import { nodeHmac } from "@websession/adapters/node";
import { createApp } from "./app.ts";
import { announce, readServerSettings, stopOnSignal } from "./server.ts";
import { sessionsFrom } from "./settings.ts";

const settings = readServerSettings();
const { port, hostname } = settings;
const { fetch } = createApp(sessionsFrom(settings, nodeHmac));
const server = serve({ fetch, port, hostname }, (address) => announce(hostname, address.port));

stopOnSignal(
  () => server.close(),
  () => "closeAllConnections" in server && server.closeAllConnections(),
);
