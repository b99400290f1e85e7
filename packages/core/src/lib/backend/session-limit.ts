import { assertOption, SessionError } from "../errors.ts";
import { pause } from "../records/retry.ts";
import type { StoreRecords } from "../records/store-records.ts";
import type { RequestContext } from "../request.ts";
import type { StoredSession } from "../session/loaded.ts";
import type { Settings } from "../settings.ts";
import type { SessionsPerOwner, StoreOperations } from "../store.ts";
import { newClaims, randomId } from "../token/claims.ts";
import { endOwned, isPlace } from "./store-owners.ts";

/** How often a sign-in looks whether others that came at the same time have withdrawn. */
const MAX_LOOKS = 20;

/** Seconds for which a place is kept, should the process that took it end before it gives it back. */
const PLACE_SECONDS = 60;

/** A sign-in that is to count. */
export interface SignIn {
  readonly owner: string;
  /** The key of the session that is to be the owner's. */
  readonly target: string;
  /** The key of a session that ends with this sign-in, and does not count any more. */
  readonly replaced?: string | undefined;
  readonly context: RequestContext;
}

/**
 * How many sessions an owner may have.
 *
 * Before a sign-in is written it takes a place: a record of its own that counts for the session, so that those that come at the
 * same time see each other, and nothing of the visitor's has to be taken back where there is no room. All of them agree on one
 * order: by start, then by key.
 */
export class SessionLimit {
  readonly #records: StoreRecords;
  readonly #settings: Settings;
  readonly #max: number;
  readonly #refuses: boolean;

  constructor(records: StoreRecords, store: StoreOperations, settings: Settings, { max, beyond }: SessionsPerOwner) {
    const countable = Number.isSafeInteger(max) && max > 0 && store.list !== undefined;
    assertOption(countable, "sessionsPerOwner", "needs a max above 0, and a store that can list by owner");
    const known = beyond === "refuse" || beyond === "end-oldest";
    const rule = `must be "refuse" or "end-oldest", but is ${JSON.stringify(beyond)}`;
    assertOption(known, "sessionsPerOwner.beyond", rule);
    this.#records = records;
    this.#settings = settings;
    this.#max = max;
    this.#refuses = beyond === "refuse";
  }

  /**
   * Runs `write` while a place is kept for it; `start` puts the new session behind those that are there. Rejects with
   * `ERR_TOO_MANY_SESSIONS` where there is none, and then nothing was written.
   */
  async within<T>(signIn: SignIn, write: (start: number) => Promise<T>): Promise<T> {
    const others = await this.#counted(signIn);
    if (this.#refuses && others.length >= this.#max) throw this.#tooMany();
    const start = Math.max(this.#settings.now(), ...others.map(({ claims }) => claims.start + 1));
    const place = randomId();
    try {
      await this.#take(place, start, signIn);
      const result = await write(start);
      if (!this.#refuses) await this.#endSurplus(signIn);
      return result;
    } finally {
      // Should that fail, the place expires.
      await this.#records.delete(place, signIn.context).catch(() => {});
    }
  }

  async #take(place: string, start: number, signIn: SignIn): Promise<void> {
    const { owner, target, context } = signIn;
    const claims = { ...newClaims(this.#settings), sid: place, sub: owner, start, recordKey: target };
    const expiresAt = this.#settings.now() + PLACE_SECONDS;
    await this.#records.create(place, { claims, formers: [], expiresAt }, context);
    for (let look = 1; look <= MAX_LOOKS; look++) {
      const sessions = await this.#inOrder(signIn, start);
      const rank = sessions.findIndex((session) => targetOf(session) === target);
      // Of those that come at once the last ones stay, or the first ones; these wait until the others have withdrawn.
      if (!this.#refuses && rank < sessions.length - this.#max) throw this.#tooMany();
      if (!this.#refuses || sessions.length <= this.#max) return;
      if (rank >= this.#max) throw this.#tooMany();
      await pause(look);
    }
    // One that was accepted before does not withdraw: this sign-in has come too late.
    throw this.#tooMany();
  }

  /** After the write: the oldest end, by compare-and-set while they are the owner's. */
  async #endSurplus(signIn: SignIn): Promise<void> {
    const { owner, context } = signIn;
    const sessions = await this.#inOrder(signIn);
    const surplus = sessions.slice(0, Math.max(0, sessions.length - this.#max));
    await Promise.all(surplus.map((session) => endOwned(this.#records, session, owner, context)));
    if (surplus.some((session) => targetOf(session) === signIn.target)) throw this.#tooMany();
  }

  async #inOrder(signIn: SignIn, start?: number): Promise<StoredSession[]> {
    const sessions = await this.#counted(signIn, true);
    return sessions.sort(
      (a, b) => startOf(a, signIn, start) - startOf(b, signIn, start) || (targetOf(a) < targetOf(b) ? -1 : 1),
    );
  }

  /** One entry for each session that the owner has or is about to have. */
  async #counted({ owner, target, replaced, context }: SignIn, withTarget = false): Promise<StoredSession[]> {
    const { sessions } = await this.#records.list(owner, context);
    // A session that is there already stands for itself, not the place that was kept for it.
    const placesFirst = [...sessions.filter(isPlace), ...sessions.filter((session) => !isPlace(session))];
    const byTarget = new Map(placesFirst.map((session) => [targetOf(session), session]));
    if (!withTarget) byTarget.delete(target);
    if (replaced !== undefined) byTarget.delete(replaced);
    return [...byTarget.values()];
  }

  #tooMany(): SessionError {
    const fact = `The owner may have ${this.#max} sessions (sessionsPerOwner), and has as many`;
    return new SessionError("ERR_TOO_MANY_SESSIONS", `${fact}. End one of them first.`);
  }
}

/** The session that a record is, or keeps a place for. */
function targetOf({ key, claims }: StoredSession): string {
  return claims.recordKey ?? key;
}

function startOf(session: StoredSession, { target }: SignIn, own: number | undefined): number {
  return own !== undefined && targetOf(session) === target ? own : session.claims.start;
}
