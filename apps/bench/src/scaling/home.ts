import type { SessionStore } from "@websession/core";

/** Where sessions live while their number grows. */
export interface Home {
  readonly name: string;
  readonly store: SessionStore;
  /** Makes adding many at once quick, where that takes something. */
  batch(add: () => Promise<void>): Promise<void>;
  /** Bytes in use. */
  bytes(): Promise<number>;
  close(): Promise<void>;
}
