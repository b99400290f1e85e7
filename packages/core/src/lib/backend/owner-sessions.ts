import { SessionError } from "../errors.ts";
import { isId } from "../token/claims.ts";

/** One session of an owner, for a page that lists devices. The id names the session and does not open it. */
export interface SessionInfo<Data extends object = Record<string, unknown>> {
  readonly id: string;
  readonly createdAt: Date;
  /** The last use. It may be late by up to `lifetime.refresh`. */
  readonly usedAt: Date;
  readonly expiresAt: Date;
  readonly persistent: boolean;
  /** True for the session whose id was given to `list`. */
  readonly current: boolean;
  /** The session's data, for example the name of a device or a place. */
  readonly data: Partial<Data>;
}

/** The options of `list`. */
export interface ListOptions {
  /** The most sessions to list. Default 100. */
  readonly limit?: number;
}

/** Lists and ends the sessions of an owner. A method rejects with `ERR_INVALID_OPTION` if no store can do its work. */
export interface OwnerSessions<Data extends object = Record<string, unknown>> {
  /**
   * The sessions of an owner, last used first, at most 100 unless `limit` says otherwise. `current` is the id of the session of
   * this request. Needs a store that can list. Rejects with `ERR_INVALID_ARGUMENT` if the owner is no text that `login` takes,
   * or if `limit` is not a whole number above 0.
   */
  list(owner: string, current?: string, options?: ListOptions): Promise<SessionInfo<Data>[]>;

  /**
   * Ends a session by its id, if there is one. It does not check the owner: check first that the id is in the list of your user.
   * Rejects with `ERR_INVALID_ARGUMENT` if the id is no string.
   */
  revoke(id: string): Promise<void>;

  /**
   * Ends all sessions of an owner, except the one with the id `except`. A session that gets a new token in the meantime ends
   * too. Resolves with their number if the data is in a store, else with undefined.
   */
  revokeAll(owner: string, options?: { readonly except?: string }): Promise<number | undefined>;

  /** Removes a bounded number of expired records from a store without a TTL. Resolves with that number. For a cron job. */
  sweep(): Promise<number>;
}

/**
 * True for a text that may be an id. No session has any other, so that there is nothing to end. Throws `ERR_INVALID_ARGUMENT` on
 * what is no text.
 */
export function isSessionId(id: unknown): id is string {
  if (typeof id === "string") return isId(id);
  const cure = "Give `session.id`, or the `id` of an entry of `list`";
  throw new SessionError("ERR_INVALID_ARGUMENT", `revoke needs a session's id, a string. ${cure}.`);
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
