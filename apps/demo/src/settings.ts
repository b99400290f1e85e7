import { createSessions, type SessionEvent, type SessionOptions, type Sessions } from "@websession/core";
import type { DemoData } from "./demo-data.ts";

/** What the demo reads from the environment, on servers and on Workers alike. */
export interface Settings {
  /** At least 32 bytes. */
  readonly SESSION_SECRET?: string | undefined;
  /** `false` for browsers that keep no Secure cookie on http://localhost (Safari). */
  readonly COOKIE_SECURE?: string | undefined;
}

/** The library's defaults, named here because the page shows how much of them is left. */
export const lifetime: { readonly idle: number; readonly absolute: number } = {
  idle: 14 * 86_400,
  absolute: 30 * 86_400,
};

export const secureCookieName = "__Host-session";
export const plainCookieName = "session";

/** A touch of the record is cheap, and "last used" is exact to the minute so. A cookie would have to be sent anew. */
const lifetimeInStore = { ...lifetime, refresh: 60 };

/** Throws `ERR_INVALID_OPTION` where the secret is missing or too short. */
export function sessionsFrom(
  settings: Settings,
  options: Pick<SessionOptions, "hmac" | "store"> = {},
): Sessions<DemoData> {
  const secure = settings.COOKIE_SECURE !== "false";
  return createSessions<DemoData>({
    secrets: settings.SESSION_SECRET ?? "",
    cookie: { secure, name: secure ? secureCookieName : plainCookieName },
    lifetime: options.store ? lifetimeInStore : lifetime,
    storeTimeout: 5000,
    onEvent: logEvent,
    ...options,
  });
}

function logEvent(event: SessionEvent): void {
  console.warn("session event", JSON.stringify(event));
}
