import { SessionError } from "../errors.ts";

/** One of an owner's sessions. Its id names it, and opens nothing. */
export interface SessionInfo {
  readonly id: string;
  readonly createdAt: Date;
  /** Exact to `lifetime.refresh`. */
  readonly usedAt: Date;
  readonly expiresAt: Date;
  readonly current: boolean;
}

/** The sessions of an owner. All of it rejects with `ERR_INVALID_OPTION` where there is no store that can do it. */
export interface OwnerSessions {
  /**
   * The sessions of an owner, last used first; `current` is the id of the one that asks. Needs a store that can list.
   */
  list(owner: string, current?: string): Promise<SessionInfo[]>;

  /**
   * Ends a session by its id, whoever's it is: look whether it is in your user's list first. An id that it had until 30 seconds
   * ago will do.
   */
  revoke(id: string): Promise<void>;

  /** Ends all sessions of an owner but the one with the id `except`. How many is known of those in a store only. */
  revokeAll(owner: string, options?: { readonly except?: string }): Promise<number | undefined>;

  /** Removes expired records from a store without a TTL of its own, a bounded number; how many. For a cron job. */
  sweep(): Promise<number>;
}

export async function unavailable(): Promise<never> {
  const cure = "give a `store`, or `revocations` to revoke only";
  throw new SessionError("ERR_INVALID_OPTION", `Nobody knows which sessions are about in tokens: ${cure}.`);
}

export const noOwnerSessions: OwnerSessions = {
  list: unavailable,
  revoke: unavailable,
  revokeAll: unavailable,
  sweep: async () => 0,
};
