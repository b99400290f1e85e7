import type { Settings } from "./settings.ts";

/** What Node, Deno and Bun have in common: where to listen, a secret, and an end. Workers need none of it. */
export interface ServerSettings extends Settings {
  readonly port: number;
  readonly hostname: string;
}

export function readServerSettings(): ServerSettings {
  const { PORT, HOST, SESSION_SECRET, COOKIE_SECURE } = process.env;
  return {
    port: Number(PORT || 3000),
    hostname: HOST || "127.0.0.1",
    SESSION_SECRET: SESSION_SECRET ?? secretOfThisRun(),
    COOKIE_SECURE,
  };
}

export function announce(hostname: string, port: number): void {
  console.log(`Listening on http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`);
}

/** Lets running requests finish, then cuts what is left: a browser holds connections open that it never uses. */
export function stopOnSignal(finish: () => unknown, cut: () => unknown): void {
  const stop = () => {
    finish();
    setTimeout(cut, 500).unref();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
}

function secretOfThisRun(): string {
  console.warn("SESSION_SECRET is not set: made one for this run. When it stops, its sessions are gone.");
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
