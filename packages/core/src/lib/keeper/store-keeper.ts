import type { Settings } from "../config.ts";
import type { CommitEffects } from "../decide.ts";
import { check, SessionError } from "../errors.ts";
import { expiryOf, isExpired } from "../lifetime.ts";
import type { Loaded, RequestLike } from "../load.ts";
import { idOf, type SessionState } from "../session/session-state.ts";
import type { StoreOperations, StoreOptions } from "../store/store.ts";
import { type Claims, encodeClaims, isEmptyClaims } from "../token/claims.ts";
import type { Opened } from "../token/codec.ts";
import { stringify } from "../token/rich-json.ts";
import type { Keeper, Payload } from "./keeper.ts";
import { merge } from "./merge.ts";
import type { OwnerSessions } from "./owner-sessions.ts";
import { storeCaller } from "./store-caller.ts";
import { StoreEnds } from "./store-ends.ts";
import { storeOwners } from "./store-owners.ts";
import { type Stored, StoreRecords } from "./store-records.ts";

/** The data lives in a store; the token holds the id, and with `cacheFor` a copy. */
export class StoreKeeper implements Keeper {
  readonly owners: OwnerSessions;
  readonly #records: StoreRecords;
  readonly #ends: StoreEnds;
  readonly #settings: Settings;
  readonly #cacheFor: number;
  readonly #perOwner: StoreOptions["sessionsPerOwner"];

  constructor(store: StoreOperations, settings: Settings, options: StoreOptions) {
    const { cacheFor = 0, storeTimeout, sessionsPerOwner } = options;
    check(Number.isSafeInteger(cacheFor) && cacheFor >= 0, "cacheFor", "must be whole seconds, 0 or more");
    const countable = !sessionsPerOwner || (store.list !== undefined && sessionsPerOwner.max > 0);
    check(countable, "sessionsPerOwner", "needs a max above 0, and a store that can list by owner");
    const call = storeCaller(settings, storeTimeout);
    this.#records = new StoreRecords(store, settings, call);
    this.#ends = new StoreEnds(store, settings, call);
    this.owners = storeOwners(this.#records, this.#ends);
    this.#settings = settings;
    this.#cacheFor = cacheFor;
    this.#perOwner = sessionsPerOwner;
  }

  async find({ claims, outdated }: Opened, request: RequestLike): Promise<Loaded> {
    const { now, lifetime, onEvent } = this.#settings;
    const { sid = "", v, t = 0 } = claims;
    const isCopy = v !== undefined && now() < t + this.#cacheFor && !isExpired(claims, now(), lifetime);
    if (isCopy) return { client: "valid", claims, outdated, stored: { sid, claims, version: v } };
    const stored = await this.#records.read(sid, request);
    if (stored === undefined || "heir" in stored) {
      onEvent({ type: "stale-id" }, request);
      return stored ? { client: "retired", retired: stored } : { client: "ended" };
    }
    return { client: "valid", claims: stored.claims, outdated: outdated || this.#cacheFor > 0, stored };
  }

  isTokenStale({ claims, loaded }: SessionState): boolean {
    const { sid, p } = loaded.claims ?? {};
    return this.#cacheFor > 0 || claims.sid !== sid || claims.p !== p || claims.p === true;
  }

  async keep(state: SessionState, effect: CommitEffects["record"]): Promise<boolean> {
    const { stored, loaded, request, destroyed } = state;
    if (destroyed) await this.#ends.end(stored ?? loaded.retired, request);
    if (stored && effect === "touch") return this.#records.touch(stored, request);
    if (destroyed && effect === "delete") return true;
    state.stored = await this.#save(state, effect === "delete");
    // Another request may have put something into a session that this one emptied: then its cookie must stay.
    return state.stored !== undefined && isEmptyClaims(state.stored.claims) === (effect === "delete");
  }

  payload({ claims, stored }: SessionState): Payload {
    const { now, lifetime } = this.#settings;
    const { sid, start } = stored?.claims ?? claims;
    const iat = now();
    const maxAge = expiryOf(start, iat, lifetime) - iat;
    if (stored && this.#cacheFor > 0) {
      const copy = { ...stored.claims, v: stored.version, t: iat };
      return { text: encodeClaims(copy, stringify(copy.d)), maxAge };
    }
    // The record has the expiry that counts; this is the last second that it can be.
    return { text: encodeClaims({ sid, iat, exp: start + lifetime.absolute, start, f: [] }, "{}"), maxAge };
  }

  async update(state: SessionState, key: string, next: (value: unknown) => unknown): Promise<unknown> {
    const { stored, claims, values, destroyed, request } = state;
    // Nobody else has a session that is not stored under its id yet.
    if (!stored || destroyed || claims.sid !== stored.sid) return values.replace(key, next(values.get(key)));
    const own = [...values.changes()].find(([changed]) => changed === key);
    let value: unknown;
    const change = (base: Claims) => {
      const data = new Map(Object.entries(base.d));
      value = next(own ? own[1] : data.get(key));
      return { ...base, d: Object.fromEntries(value === undefined ? without(data, key) : data.set(key, value)) };
    };
    const saved = await this.#records.replace(stored, { change }, request);
    values.replace(key, value);
    // Where the session was ended meanwhile, commit finds out as well.
    if (saved) {
      values.accept(key);
      state.stored = saved;
      state.outdated ||= this.#cacheFor > 0;
    }
    return value;
  }

  async #save(state: SessionState, emptied: boolean): Promise<Stored | undefined> {
    const { stored, claims, request, destroyed, values } = state;
    const change = (base: Claims) => merge(base, state);
    const former = destroyed ? undefined : stored;
    if (former && (emptied || claims.sid === former.sid)) {
      return this.#records.replace(former, emptied ? { change, retire: isEmptyClaims } : { change }, request);
    }
    if (claims.sub !== undefined) await this.#makeRoom(claims.sub, stored?.sid, request);
    const heir = idOf(state);
    const retired = former && (await this.#records.replace(former, { change, retire: () => true, heir }, request));
    // Ended while this request would have given it a new id: it stays ended.
    if (former && !retired) return undefined;
    const data = retired?.claims ?? { ...claims, d: values.toObject() };
    const created = await this.#records.create(heir, data, request);
    // Or ended since, by who found the note of its heir.
    if (created || former) return created;
    throw new SessionError("ERR_STORE", `The session store already has a record of the new id ${heir}.`);
  }

  /** Before a session of this owner is added; `former` is the one that goes on in it. */
  async #makeRoom(owner: string, former: string | undefined, request: RequestLike): Promise<void> {
    if (!this.#perOwner) return;
    const { max, beyond } = this.#perOwner;
    const others = (await this.#records.list(owner, request)).filter(({ id }) => id !== former);
    const tooMany = others.length - max + 1;
    if (tooMany <= 0) return;
    if (beyond === "refuse") {
      throw new SessionError("ERR_TOO_MANY_SESSIONS", `The owner has ${others.length} sessions, and may have ${max}.`);
    }
    const oldest = others.sort((a, b) => a.record.usedAt - b.record.usedAt).slice(0, tooMany);
    await Promise.all(oldest.map(({ id, record }) => this.#ends.end({ sid: id, version: record.version }, request)));
  }
}

function without(data: Map<string, unknown>, key: string): Map<string, unknown> {
  data.delete(key);
  return data;
}
