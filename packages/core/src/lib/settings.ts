import type { Lifetime } from "./lifetime.ts";
import type { EventListener } from "./request.ts";

/** The part of the configuration that load, commit and every backend need. */
export interface Settings {
  readonly lifetime: Lifetime;
  /** True if the browser keeps the cookie of a new session when it closes. */
  readonly persistent: boolean;
  readonly onEvent: EventListener;
  /** Whole seconds since the epoch. */
  readonly now: () => number;
}
