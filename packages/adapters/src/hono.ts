export { type HonoSessionOptions, type SessionEnv, session } from "./lib/hono.ts";
export type { SessionsSource } from "./lib/per-environment.ts";
