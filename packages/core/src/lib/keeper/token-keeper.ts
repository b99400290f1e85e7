import type { Settings } from "../config.ts";
import { expiryOf, isExpired } from "../lifetime.ts";
import { idOf } from "../session/session-state.ts";
import { type Claims, encodeClaims } from "../token/claims.ts";
import type { Keeper, Payload } from "./keeper.ts";
import { noOwnerSessions } from "./owner-sessions.ts";

/** The data travels in the token. */
export function tokenKeeper(settings: Settings): Keeper {
  const { now, lifetime, onEvent } = settings;
  return {
    owners: noOwnerSessions,
    find({ claims, outdated }, request) {
      if (!isExpired(claims, now(), lifetime)) return { client: "valid", claims, outdated };
      onEvent({ type: "token-rejected", reason: "expired" }, request);
      return { client: "ended" };
    },
    isTokenStale: () => true,
    keep: () => true,
    payload: (state) => payloadOf({ ...state.claims, sid: idOf(state) }, state.values.toJson(), settings),
    update: ({ values }, key, next) => values.replace(key, next(values.get(key))),
  };
}

/** Claims as a token that is issued now has them; `data` is the text of theirs. */
export function payloadOf(claims: Omit<Claims, "d">, data: string, { now, lifetime }: Settings): Payload {
  const iat = now();
  const exp = expiryOf(claims.start, iat, lifetime);
  return { text: encodeClaims({ ...claims, iat, exp }, data), maxAge: exp - iat };
}
