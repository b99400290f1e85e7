import { createApp } from "./app.ts";
import { announce, readServerSettings, stopOnSignal } from "./server.ts";
import { sessionsFrom } from "./settings.ts";

declare const Bun: {
  serve(options: object): { readonly port: number; stop(closeActiveConnections?: boolean): Promise<void> };
};

const settings = readServerSettings();
const { port, hostname } = settings;
const app = createApp(sessionsFrom(settings));
const server = Bun.serve({ port, hostname, fetch: (request: Request) => app.fetch(request) });
announce(hostname, server.port);

stopOnSignal(
  () => server.stop(),
  () => server.stop(true),
);
