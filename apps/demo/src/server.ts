import type { HmacProvider } from "@websession/core";
import type { Hono } from "hono";
import { createApp } from "./app.ts";
import type { DemoEnv } from "./demo-data.ts";
import { type Settings, sessionsFrom } from "./settings.ts";
import { openStore } from "./store.ts";

/** What Node, Deno and Bun have in common: where to listen, a secret, and an end. Workers need none of it. */
export interface ServerSettings extends Settings {
  readonly port: number;
  readonly hostname: string;
  /** See `openStore`. */
  readonly SESSION_STORE: string;
}

export function readServerSettings(): ServerSettings {
  const { PORT, HOST, SESSION_SECRET, COOKIE_SECURE, SESSION_STORE } = process.env;
  return {
    port: Number(PORT || 3000),
    hostname: HOST || "127.0.0.1",
    SESSION_SECRET: SESSION_SECRET ?? secretOfThisRun(),
    COOKIE_SECURE,
    SESSION_STORE: SESSION_STORE || "cookie",
  };
}

/** The app over the chosen store, and how to disconnect from that. What can't be opened ends the start with its cause. */
export async function openApp(
  settings: ServerSettings,
  hmac?: HmacProvider,
): Promise<{ app: Hono<DemoEnv>; close: () => unknown }> {
  const { place, store, close } = await openStore(settings.SESSION_STORE).catch(giveUp);
  const sessions = sessionsFrom(settings, { ...(hmac && { hmac }), ...(store && { store }) });
  // Of what has no TTL of its own, the expired records. An application on several machines has a cron job for it.
  if (store) setInterval(() => sessions.sweep().catch(console.error), 3_600_000).unref();
  return { app: createApp(sessions, place), close };
}

function giveUp(error: Error & { code?: string }): never {
  console.error(error.message || error.code);
  process.exit(1);
}

export function announce(hostname: string, port: number): void {
  console.log(`Listening on http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`);
}

/** How to end a server. */
export interface Stop {
  /** Takes no more requests, and waits for those that run. */
  readonly finish: () => Promise<unknown>;
  /** Disconnects from the store. */
  readonly close: () => unknown;
  readonly cut: () => unknown;
}

/** Lets running requests finish, then cuts what is left: a browser holds connections open that it never uses. */
export function stopOnSignal({ finish, close, cut }: Stop): void {
  const stop = async () => {
    await Promise.race([finish(), new Promise((resolve) => setTimeout(resolve, 500).unref())]);
    await close();
    await cut();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
}

function secretOfThisRun(): string {
  console.warn("SESSION_SECRET is not set: made one for this run. When it stops, its sessions are gone.");
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
