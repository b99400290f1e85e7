import { assertOption, SessionError } from "../errors.ts";
import { pause } from "../records/retry.ts";
import type { StoreRecords } from "../records/store-records.ts";
import type { RequestContext } from "../request.ts";
import type { StoredSession } from "../session/loaded.ts";
import type { SessionsPerOwner, StoreOperations } from "../store.ts";
import { endOwned } from "./store-owners.ts";

/** How often a sign-in looks whether others that came at the same time have withdrawn. */
const MAX_LOOKS = 20;

/** A sign-in that counts, and the key of a session that does not count any more. */
export interface CountedSignIn {
  readonly replaced: string | undefined;
  readonly context: RequestContext;
  /** Takes back what was written, where there is no room for it. */
  withdraw(): Promise<void>;
}

/**
 * How many sessions an owner may have.
 *
 * It is checked after the write, since only then those that sign in at the same time see each other. All of them agree on one
 * order: by start, then by id.
 */
export class SessionLimit {
  readonly #records: StoreRecords;
  readonly #max: number;
  readonly #refuses: boolean;

  constructor(records: StoreRecords, store: StoreOperations, { max, beyond }: SessionsPerOwner) {
    const countable = Number.isSafeInteger(max) && max > 0 && store.list !== undefined;
    assertOption(countable, "sessionsPerOwner", "needs a max above 0, and a store that can list by owner");
    const known = beyond === "refuse" || beyond === "end-oldest";
    assertOption(
      known,
      "sessionsPerOwner.beyond",
      `must be "refuse" or "end-oldest", but is ${JSON.stringify(beyond)}`,
    );
    this.#records = records;
    this.#max = max;
    this.#refuses = beyond === "refuse";
  }

  /**
   * Before the write: refuses a sign-in for which there is no room, so that nothing has to be taken back. Resolves with the
   * earliest start that puts the new session behind those that are there.
   */
  async admit(owner: string, ownKey: string | undefined, context: RequestContext): Promise<number> {
    const others = (await this.#records.list(owner, context)).filter(({ key }) => key !== ownKey);
    if (this.#refuses && others.length >= this.#max) throw this.#tooMany(others.length);
    return Math.max(0, ...others.map(({ claims }) => claims.start + 1));
  }

  /** After the write. Rejects with `ERR_TOO_MANY_SESSIONS` where the session has been withdrawn. */
  enforce(own: StoredSession, signIn: CountedSignIn): Promise<void> {
    return this.#refuses ? this.#refuseBeyond(own, signIn) : this.#endOldest(own, signIn);
  }

  /**
   * Of those that sign in at once the first `max` stay, and wait until the others have withdrawn. One that was accepted before
   * does not withdraw: then this one has come too late.
   */
  async #refuseBeyond(own: StoredSession, signIn: CountedSignIn): Promise<void> {
    for (let look = 1; look <= MAX_LOOKS; look++) {
      const sessions = await this.#inOrder(own, signIn);
      if (sessions.length <= this.#max) return;
      if (rankOf(own, sessions) >= this.#max) break;
      await pause(look);
    }
    await signIn.withdraw();
    throw this.#tooMany(this.#max);
  }

  async #endOldest(own: StoredSession, signIn: CountedSignIn): Promise<void> {
    const { context } = signIn;
    const sessions = await this.#inOrder(own, signIn);
    const surplus = sessions.slice(0, Math.max(0, sessions.length - this.#max));
    const others = surplus.filter(({ key }) => key !== own.key);
    await Promise.all(others.map((session) => endOwned(this.#records, session, ownerOf(own), context)));
    if (others.length === surplus.length) return;
    await signIn.withdraw();
    throw this.#tooMany(this.#max);
  }

  async #inOrder(own: StoredSession, { replaced, context }: CountedSignIn): Promise<StoredSession[]> {
    const sessions = (await this.#records.list(ownerOf(own), context)).filter(({ key }) => key !== replaced);
    // An index may lag behind.
    if (rankOf(own, sessions) === -1) sessions.push(own);
    return sessions.sort((a, b) => a.claims.start - b.claims.start || (a.key < b.key ? -1 : 1));
  }

  #tooMany(count: number): SessionError {
    const fact = `The owner has ${count} sessions, and may have ${this.#max} (sessionsPerOwner)`;
    return new SessionError("ERR_TOO_MANY_SESSIONS", `${fact}. End one of them first.`);
  }
}

function rankOf(own: StoredSession, sessions: readonly StoredSession[]): number {
  return sessions.findIndex(({ key }) => key === own.key);
}

function ownerOf({ claims }: StoredSession): string {
  return String(claims.sub);
}
