export { withSession } from "./lib/fetch.ts";
export type { SessionsSource } from "./lib/per-environment.ts";
