import type { Loaded, StoredSession } from "../session/loaded.ts";
import type { PendingUpdate, SessionState } from "../session/session-state.ts";
import type { Claims, FlashClaim } from "../token/claims.ts";
import { copyOf } from "../token/rich-json.ts";

/** The current session with the changes of this request. What the request did not change stays as it is in `current`. */
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

/** Only the changes of this request, for a new session that begins because the former one can't be written any more. */
export function ownChangesOf(state: SessionState): Claims {
  const { claims, loaded } = state;
  const flashes = mergeFlashes([], loaded.claims?.flashes ?? [], claims.flashes);
  return { ...claims, flashes, data: mergeData({}, state, []) };
}

/** The part of the current session that this request may keep. */
function baseOf({ claims, version }: StoredSession, { loaded, discardsData }: SessionState): Claims {
  if (discardsData) return { ...claims, data: {}, flashes: [] };
  const migrated = migratedDataOf(version, loaded);
  return migrated ? { ...claims, data: migrated } : claims;
}

/** The result of `migrate` for a record. Undefined if another request has written the record since: its data is newer. */
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

/** The current flashes, without those that this request took, and with those that it added. */
function mergeFlashes(
  base: readonly FlashClaim[],
  before: readonly FlashClaim[],
  after: readonly FlashClaim[],
): readonly FlashClaim[] {
  const taken = before.filter((flash) => !after.includes(flash)).map(String);
  const added = after.filter((flash) => !before.includes(flash));
  // Equal messages: removes only as many as the request took.
  const left = base.filter((flash) => {
    const place = taken.indexOf(String(flash));
    if (place !== -1) taken.splice(place, 1);
    return place === -1;
  });
  return [...left, ...added];
}
