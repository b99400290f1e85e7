import { announce, openApp, readServerSettings, stopOnSignal } from "./server.ts";

declare const Bun: {
  serve(options: object): { readonly port: number; stop(closeActiveConnections?: boolean): Promise<void> };
};

const settings = readServerSettings();
const { port, hostname } = settings;
const { app, close } = await openApp(settings);
const server = Bun.serve({ port, hostname, fetch: (request: Request) => app.fetch(request) });
announce(hostname, server.port);

stopOnSignal({
  finish: () => server.stop(),
  close,
  cut: () => server.stop(true),
});
