import type { SessionOptions } from "../../src/index.ts";
import type { Script } from "./scripts.ts";

export type StoreOption = "store" | "revocations";

/** What a browser has at the beginning. */
export type Start = "nothing" | "anonymous" | "alice" | "alice twice" | "dead";

/** One way of keeping sessions, and what it promises. */
export interface Mode {
  readonly name: string;
  /** The options that take a store; each gets one of its own. */
  readonly stores: readonly StoreOption[];
  readonly options: Partial<SessionOptions>;
  /** Seconds for which an end, or a new token, may go unnoticed. */
  readonly staleFor: number;
  /** Whether parallel requests are merged. With data in the token the last answer wins. */
  readonly merges: boolean;
  /** Whether the record's key is the session's id. */
  readonly recordsById: boolean;
  /** Added to every value, so that the session does not fit into a cookie. */
  readonly padding: string;
  readonly starts: readonly Start[];
  /** What this mode cannot do. */
  readonly without: readonly Script[];
}

const everyStart: readonly Start[] = ["nothing", "anonymous", "alice", "alice twice", "dead"];

const basics = { options: {}, staleFor: 0, padding: "", starts: everyStart, without: [] };

export const inStore: Mode = { ...basics, name: "store", stores: ["store"], merges: true, recordsById: true };

export const inStoreWithCopies: Mode = {
  ...inStore,
  name: "store with cacheFor",
  options: { cacheFor: 20 },
  staleFor: 20,
};

export const inToken: Mode = {
  ...basics,
  name: "revocations",
  stores: ["revocations"],
  merges: false,
  recordsById: false,
};

export const small: Mode = {
  ...inToken,
  name: "overflow, data in the token",
  stores: ["store", "revocations"],
  options: { overflow: "store" },
};

/** Only what keeps the session large: what was in the token once could not be ended there. */
export const large: Mode = {
  ...small,
  name: "overflow, data in the store",
  stores: ["store"],
  merges: true,
  padding: "x".repeat(4000),
  starts: ["anonymous", "alice", "alice twice"],
  without: ["clear", "revokeAll", "revokeOthers"],
};

export const largeAndRevocable: Mode = {
  ...small,
  name: "overflow with revocations, data in the store",
  padding: large.padding,
};

export const modes: readonly Mode[] = [inStore, inStoreWithCopies, inToken, small, large, largeAndRevocable];
