import { announce, openApp, readServerSettings, stopOnSignal } from "./server.ts";

declare const Deno: {
  serve(options: object, fetch: (request: Request) => Response | Promise<Response>): { shutdown(): Promise<void> };
  exit(code: number): never;
};

const settings = readServerSettings();
const { port, hostname } = settings;
const { app, close } = await openApp(settings);
const onListen = (address: { port: number }) => announce(hostname, address.port);
const server = Deno.serve({ port, hostname, onListen }, (request) => app.fetch(request));

stopOnSignal({
  finish: () => server.shutdown(),
  close,
  cut: () => Deno.exit(0),
});
