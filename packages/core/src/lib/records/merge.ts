import type { Loaded, StoredSession } from "../session/loaded.ts";
import type { PendingUpdate, SessionState } from "../session/session-state.ts";
import type { Claims, FlashClaim } from "../token/claims.ts";
import { copyOf } from "../token/rich-json.ts";

/** What this request changed, and nothing else, on top of a session as it is now. */
export function mergeInto(current: StoredSession, state: SessionState): Claims {
  const { claims, loaded, pendingUpdates } = state;
  const before = loaded.claims;
  const base = baseOf(current, state);
  return {
    ...base,
    ...(claims.sub !== before?.sub && { sub: claims.sub }),
    ...(claims.persistent !== before?.persistent && { persistent: claims.persistent }),
    ...(claims.start !== before?.start && { start: claims.start }),
    flashes: mergeFlashes(base.flashes, before?.flashes ?? [], claims.flashes),
    data: mergeData(base.data, state, pendingUpdates),
  };
}

/** What this request wrote by itself, for a session that begins because its former one can't be written any more. */
export function ownChangesOf(state: SessionState): Claims {
  const { claims, loaded } = state;
  const flashes = mergeFlashes([], loaded.claims?.flashes ?? [], claims.flashes);
  return { ...claims, flashes, data: mergeData({}, state, []) };
}

/** The session as it is now, as far as this request may build on it. */
function baseOf({ claims, version }: StoredSession, { loaded, discardsData }: SessionState): Claims {
  if (discardsData) return { ...claims, data: {}, flashes: [] };
  const migrated = migratedDataOf(version, loaded);
  return migrated ? { ...claims, data: migrated } : claims;
}

/** What `migrate` has made of a record; undefined where somebody else has written meanwhile, which is newer. */
export function migratedDataOf(version: number | undefined, loaded: Loaded): Claims["data"] | undefined {
  const isAsLoaded = loaded.client === "valid" && version === loaded.stored?.version;
  return isAsLoaded ? loaded.migrated : undefined;
}

function mergeData(base: Claims["data"], { values }: SessionState, updates: readonly PendingUpdate[]): Claims["data"] {
  const data = new Map(Object.entries(base));
  const updated = new Set(updates.map(({ key }) => key));
  for (const [key, value] of values.changes()) if (!updated.has(key)) data.set(key, value);
  for (const { key, next } of updates) data.set(key, next(copyOf(data.get(key), key)));
  return Object.fromEntries([...data].filter(([, value]) => value !== undefined));
}

/** Without those that this request has taken, and with those that it has left. */
function mergeFlashes(
  base: readonly FlashClaim[],
  before: readonly FlashClaim[],
  after: readonly FlashClaim[],
): readonly FlashClaim[] {
  const taken = before.filter((flash) => !after.includes(flash)).map(String);
  const added = after.filter((flash) => !before.includes(flash));
  // Of two that say the same, only as many go as were taken.
  const left = base.filter((flash) => {
    const place = taken.indexOf(String(flash));
    if (place !== -1) taken.splice(place, 1);
    return place === -1;
  });
  return [...left, ...added];
}
