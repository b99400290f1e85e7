import { andThen } from "../awaitable.ts";
import type { Settings } from "../config.ts";
import type { CommitEffects } from "../decide.ts";
import { check, SessionError } from "../errors.ts";
import { isRefreshDue } from "../lifetime.ts";
import type { Loaded, RequestLike } from "../load.ts";
import { idOf, type SessionState } from "../session/session-state.ts";
import type { StoreOperations, StoreOptions } from "../store/store.ts";
import type { Opened } from "../token/codec.ts";
import { stringify } from "../token/rich-json.ts";
import type { Keeper } from "./keeper.ts";
import { storeCaller } from "./store-caller.ts";
import { StoreEnds } from "./store-ends.ts";
import { StoreKeeper } from "./store-keeper.ts";
import { noRequest } from "./store-owners.ts";
import { type Stored, StoreRecords } from "./store-records.ts";
import { payloadOf } from "./token-keeper.ts";

/**
 * The data travels in the token while it fits, and lives in the store while it does not; then the token has the record's
 * version in the place of data.
 *
 * A record that is not needed any more stays until it expires: requests that were on their way may still ask for it.
 */
export function spillKeeper(
  store: StoreOperations,
  settings: Settings,
  options: StoreOptions,
  inToken: Keeper,
): Keeper {
  check(
    !options.cacheFor && !options.sessionsPerOwner,
    "overflow",
    '"store" goes without cacheFor and sessionsPerOwner',
  );
  const inStore = new StoreKeeper(store, settings, options);
  const call = storeCaller(settings, options.storeTimeout);
  const records = new StoreRecords(store, settings, call);
  const ends = new StoreEnds(store, settings, call);

  /** Under an id that may have been in the store before, or be put there by another request: the last one wins, as in tokens. */
  async function put(state: SessionState): Promise<Stored> {
    const { request } = state;
    const sid = idOf(state);
    const claims = { ...state.claims, d: state.values.toObject() };
    const created = await records.create(sid, claims, request);
    if (created) return created;
    const former = await records.read(sid, request);
    const replaced =
      former && !("heir" in former) && (await records.replace(former, { change: () => claims }, request));
    if (replaced) return replaced;
    throw new SessionError("ERR_CONFLICT", "Another request ended this session at the same time. Repeat the request.");
  }

  async function keep(state: SessionState, effect: CommitEffects["record"]): Promise<boolean> {
    if (!(await inToken.keep(state, effect))) return false;
    const { stored, destroyed, loaded, claims } = state;
    if (stored && !destroyed) return inStore.keep(state, effect);
    if (loaded.claims?.sid !== claims.sid || effect === "delete") await endFormer(state);
    state.stored = undefined;
    return true;
  }

  /** There may be a record under its id, though the token has the data. */
  async function endFormer({ stored, loaded, request }: SessionState): Promise<void> {
    const former = loaded.claims?.sid;
    const known = stored ?? loaded.retired;
    await ends.end(known ?? (former === undefined ? undefined : await ends.find(former, request)), request);
  }

  /** The token has an expiry of its own: it may be due for a new one while the record, of which others know, is not. */
  async function findInStore(opened: Opened, request: RequestLike): Promise<Loaded> {
    const loaded = await inStore.find(opened, request);
    const isDue = isRefreshDue(opened.claims, settings.now(), settings.lifetime);
    return { ...loaded, outdated: isDue || loaded.outdated === true };
  }

  return {
    find: (opened, request) =>
      andThen(inToken.find(opened, request), (loaded) => {
        const elsewhere = loaded.client === "valid" && opened.claims.v !== undefined;
        return elsewhere ? findInStore(opened, request) : loaded;
      }),
    keep,
    settle: (state) => inToken.settle?.(state) ?? true,
    isTokenStale: inToken.isTokenStale,
    payload: (state) => {
      const { stored } = state;
      return stored ? payloadOf(stored.claims, stringify(stored.claims.d), settings) : inToken.payload(state);
    },
    overflow: async (state) => {
      state.stored ??= await put(state);
      const { claims, version } = state.stored;
      return payloadOf({ ...claims, f: [], v: version }, "{}", settings);
    },
    update: (state, key, next) => (state.stored ? inStore : inToken).update(state, key, next),
    owners: {
      ...inToken.owners,
      async revoke(id) {
        await inToken.owners.revoke(id);
        await ends.end(await ends.find(id, noRequest), noRequest);
      },
      sweep: async () => (await inToken.owners.sweep()) + (await inStore.owners.sweep()),
    },
  };
}
