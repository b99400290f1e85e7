import { assertOption, SessionError } from "../errors.ts";
import { pause } from "../records/retry.ts";
import type { StoreRecords } from "../records/store-records.ts";
import type { RequestContext } from "../request.ts";
import type { StoredSession } from "../session/loaded.ts";
import type { Settings } from "../settings.ts";
import type { SessionsPerOwner, StoreOperations } from "../store.ts";
import { newClaims, randomId } from "../token/claims.ts";
import { endOwned, isPlace } from "./store-owners.ts";

/** A sign-in checks so many times if other sign-ins of the same moment have given up their places. */
const MAX_LOOKS = 20;

/** A place expires after so many seconds, in case its process ends before it deletes the place. */
const PLACE_SECONDS = 60;

/** A sign-in that needs a place among the owner's sessions. */
export interface SignIn {
  readonly owner: string;
  /** The key of the session that signs in. */
  readonly target: string;
  /** The key of a session that this sign-in ends. It does not count. */
  readonly replaced?: string | undefined;
  readonly context: RequestContext;
}

/**
 * Limits how many sessions an owner may have.
 *
 * Before a sign-in writes its session, it takes a place: an extra record that counts as the session. By their places, sign-ins
 * of the same moment see each other. If there is no room, the visitor's session has not changed yet. All sign-ins use the same
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
   * Runs `write` while it holds a place; `start` puts the new session after the existing ones. Rejects with
   * `ERR_TOO_MANY_SESSIONS` if there is no place.
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
      // If the delete fails, the place expires.
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
      // Of the sign-ins of one moment the last ones stay ("end-oldest"), or the first ones ("refuse"), which wait until
      // the others have given up their places.
      if (!this.#refuses && rank < sessions.length - this.#max) throw this.#tooMany();
      if (!this.#refuses || sessions.length <= this.#max) return;
      if (rank >= this.#max) throw this.#tooMany();
      await pause(look);
    }
    // The others did not give up their places: a sign-in that was accepted before this one keeps its place.
    throw this.#tooMany();
  }

  /**
   * After the write, ends the oldest sessions: by compare-and-set, and only those that still belong to the owner. If the store
   * fails, the next sign-in does it: this one is saved, and its client must get the new token.
   */
  async #endSurplus(signIn: SignIn): Promise<void> {
    const { owner, context } = signIn;
    const sessions = await this.#inOrder(signIn).catch(() => []);
    const surplus = sessions.slice(0, Math.max(0, sessions.length - this.#max));
    await Promise.allSettled(surplus.map((session) => endOwned(this.#records, session, owner, context)));
    if (surplus.some((session) => targetOf(session) === signIn.target)) throw this.#tooMany();
  }

  async #inOrder(signIn: SignIn, start?: number): Promise<StoredSession[]> {
    const sessions = await this.#counted(signIn, true);
    return sessions.sort(
      (a, b) => startOf(a, signIn, start) - startOf(b, signIn, start) || (targetOf(a) < targetOf(b) ? -1 : 1),
    );
  }

  /** One entry for each session that the owner has, or that a place reserves. */
  async #counted({ owner, target, replaced, context }: SignIn, withTarget = false): Promise<StoredSession[]> {
    const { sessions } = await this.#records.list(owner, context);
    // If a place and its session both exist, the Map keeps the session, which comes later.
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

/** The key of the session that a record holds, or keeps a place for. */
function targetOf({ key, claims }: StoredSession): string {
  return claims.recordKey ?? key;
}

function startOf(session: StoredSession, { target }: SignIn, own: number | undefined): number {
  return own !== undefined && targetOf(session) === target ? own : session.claims.start;
}
