import { serve } from "@hono/node-server";
import { nodeHmac } from "@websession/adapters/node";
import { announce, openApp, readServerSettings, stopOnSignal } from "./server.ts";

const settings = readServerSettings();
const { port, hostname } = settings;
const { app, close } = await openApp(settings, nodeHmac);
const server = serve({ fetch: app.fetch, port, hostname }, (address) => announce(hostname, address.port));

stopOnSignal({
  finish: () => new Promise((resolve) => server.close(resolve)),
  close,
  cut: () => "closeAllConnections" in server && server.closeAllConnections(),
});
