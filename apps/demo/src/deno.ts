import { createApp } from "./app.ts";
import { announce, readServerSettings, stopOnSignal } from "./server.ts";
import { sessionsFrom } from "./settings.ts";

declare const Deno: {
  serve(options: object, fetch: (request: Request) => Response | Promise<Response>): { shutdown(): Promise<void> };
  exit(code: number): never;
};

const settings = readServerSettings();
const { port, hostname } = settings;
const app = createApp(sessionsFrom(settings));
const onListen = (address: { port: number }) => announce(hostname, address.port);
const server = Deno.serve({ port, hostname, onListen }, (request) => app.fetch(request));

stopOnSignal(
  () => server.shutdown(),
  () => Deno.exit(0),
);
