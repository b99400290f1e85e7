import type { Lifetime } from "./lifetime.ts";
import type { EventListener } from "./request.ts";

/** What every part of the way needs to know of the configuration. */
export interface Settings {
  readonly lifetime: Lifetime;
  /** Whether a new session survives the browser's end. */
  readonly persistent: boolean;
  readonly onEvent: EventListener;
  /** Whole seconds since the epoch. */
  readonly now: () => number;
}
