import type { SessionState } from "../session/session-state.ts";
import type { Claims } from "../token/claims.ts";

/** What this request changed, and nothing else, on top of what the store has by now. */
export function merge(base: Claims, { claims, loaded, values }: SessionState): Claims {
  const { sub, p, start, since } = claims;
  const before = loaded.claims;
  const data = new Map(Object.entries(base.d));
  for (const [key, value] of values.changes()) {
    if (value === undefined) data.delete(key);
    else data.set(key, value);
  }
  return {
    ...base,
    ...(sub !== before?.sub && { sub }),
    ...(p !== before?.p && { p: p === true }),
    ...(start !== before?.start && { start }),
    ...(since !== before?.since && { since }),
    f: mergeFlashes(base.f, before?.f ?? [], claims.f),
    d: Object.fromEntries(data),
  };
}

/** Without those that this request has taken, and with those that it has left. */
function mergeFlashes(base: Claims["f"], before: Claims["f"], after: Claims["f"]): Claims["f"] {
  const taken = before.filter((flash) => !after.includes(flash)).map(String);
  const added = after.filter((flash) => !before.includes(flash));
  return [...base.filter((flash) => !taken.includes(String(flash))), ...added];
}
