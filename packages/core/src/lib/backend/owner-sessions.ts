import { SessionError } from "../errors.ts";

/** One of an owner's sessions. Its id names it, and opens nothing. */
export interface SessionInfo<Data extends object = Record<string, unknown>> {
  readonly id: string;
  readonly createdAt: Date;
  /** Exact to `lifetime.refresh`. */
  readonly usedAt: Date;
  readonly expiresAt: Date;
  readonly persistent: boolean;
  /** It is the one whose id was given to `list`. */
  readonly current: boolean;
  /** The session's data, for a device's name or a place. */
  readonly data: Partial<Data>;
}

export interface ListOptions {
  /** How many at most. Default 100. */
  readonly limit?: number;
}

/** The sessions of an owner. All of it rejects with `ERR_INVALID_OPTION` where there is no store that can do it. */
export interface OwnerSessions<Data extends object = Record<string, unknown>> {
  /**
   * The sessions of an owner, last used first, at most 100 unless asked otherwise; `current` is the id of the session that asks.
   * Needs a store that can list.
   */
  list(owner: string, current?: string, options?: ListOptions): Promise<SessionInfo<Data>[]>;

  /** Ends a session by its id, whoever it belongs to: look whether it is in your user's list first. */
  revoke(id: string): Promise<void>;

  /**
   * Ends all sessions of an owner but the one with the id `except`, exactly: one that gets a new token meanwhile ends too.
   * Resolves with their number, where the data is in a store.
   */
  revokeAll(owner: string, options?: { readonly except?: string }): Promise<number | undefined>;

  /** Removes expired records from a store without a TTL of its own, a bounded number; how many. For a cron job. */
  sweep(): Promise<number>;
}

export async function unavailable(): Promise<never> {
  const cure = "Configure `store`; `revocations` is enough for revoking";
  throw new SessionError("ERR_INVALID_OPTION", `Sessions kept in tokens can't be listed. ${cure}.`);
}

export const noOwnerSessions: OwnerSessions = {
  list: unavailable,
  revoke: unavailable,
  revokeAll: unavailable,
  sweep: async () => 0,
};
