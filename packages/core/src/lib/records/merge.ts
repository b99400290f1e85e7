import { changesOwner, type SessionState } from "../session/session-state.ts";
import type { Claims, FlashClaim } from "../token/claims.ts";

/** What this request changed, and nothing else, on top of a session as it is now. */
export function mergeInto(current: Claims, state: SessionState): Claims {
  const { claims, loaded } = state;
  const before = loaded.claims;
  const base: Claims = changesOwner(state) ? { ...current, data: {}, flashes: [] } : current;
  return {
    ...base,
    ...(claims.sub !== before?.sub && { sub: claims.sub }),
    ...(claims.persistent !== before?.persistent && { persistent: claims.persistent }),
    ...(claims.start !== before?.start && { start: claims.start }),
    flashes: mergeFlashes(base.flashes, before?.flashes ?? [], claims.flashes),
    data: mergeData(base.data, state),
  };
}

/** What this request wrote by itself, for a session that begins because its former one can't be written any more. */
export function ownChangesOf(state: SessionState): Claims {
  const { claims, loaded } = state;
  return {
    ...claims,
    flashes: mergeFlashes([], loaded.claims?.flashes ?? [], claims.flashes),
    data: mergeData({}, state),
  };
}

function mergeData(base: Claims["data"], { values }: SessionState): Claims["data"] {
  const data = new Map(Object.entries(base));
  for (const [key, value] of values.changes()) {
    if (value === undefined) data.delete(key);
    else data.set(key, value);
  }
  return Object.fromEntries(data);
}

/** Without those that this request has taken, and with those that it has left. */
function mergeFlashes(
  base: readonly FlashClaim[],
  before: readonly FlashClaim[],
  after: readonly FlashClaim[],
): readonly FlashClaim[] {
  const taken = before.filter((flash) => !after.includes(flash)).map(String);
  const added = after.filter((flash) => !before.includes(flash));
  return [...base.filter((flash) => !taken.includes(String(flash))), ...added];
}
