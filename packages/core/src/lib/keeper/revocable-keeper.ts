import type { Settings } from "../config.ts";
import { check } from "../errors.ts";
import type { Loaded, RequestLike } from "../load.ts";
import { change, idOf, type SessionState } from "../session/session-state.ts";
import type { StoreOperations, StoreOptions } from "../store/store.ts";
import type { Opened } from "../token/codec.ts";
import type { Keeper } from "./keeper.ts";
import { unavailable } from "./owner-sessions.ts";
import { Remembered } from "./remembered.ts";
import { type Ended, isValid, RevocationList, type ValidSince } from "./revocation-list.ts";
import { noRequest } from "./store-owners.ts";
import { tokenKeeper } from "./token-keeper.ts";

/** What the list says of a session, and of its owner. */
interface Answer {
  readonly ended: Ended | undefined;
  readonly valid: ValidSince | undefined;
}

/** Seconds for which a request with an id that was replaced is taken for one that was on its way. */
const ON_ITS_WAY = 30;

/** The data travels in the token, and a store remembers which sessions have ended. */
export function revocableKeeper(store: StoreOperations, settings: Settings, options: StoreOptions): Keeper {
  const { cacheFor = 0, storeTimeout } = options;
  check(Number.isSafeInteger(cacheFor) && cacheFor >= 0, "cacheFor", "must be whole seconds, 0 or more");
  const { now, onEvent } = settings;
  const inToken = tokenKeeper(settings);
  const list = new RevocationList(store, settings, storeTimeout);
  const remembered = new Remembered<Answer>(cacheFor, now);

  /** One round trip: both are asked at once. */
  async function ask(sid: string, owner: string | undefined, request: RequestLike): Promise<Answer> {
    const [ended, valid] = await Promise.all([
      list.ended(sid, request),
      owner === undefined ? undefined : list.validSince(owner, request),
    ]);
    return { ended, valid };
  }

  async function find(opened: Opened, request: RequestLike): Promise<Loaded> {
    const loaded = await inToken.find(opened, request);
    const { claims } = loaded;
    if (!claims?.sid) return loaded;
    const { sid, sub, since = 0 } = claims;
    const answer = remembered.get(sid) ?? remembered.set(sid, await ask(sid, sub, request));
    const client = clientOf(sid, since, answer, now());
    if (client === "valid") return loaded;
    onEvent({ type: "token-rejected", reason: "revoked" }, request);
    return { client, retired: answer.ended };
  }

  /** What the owner's sessions have to say from now on. */
  async function keep(state: SessionState): Promise<boolean> {
    const { loaded, claims, request } = state;
    const former = loaded.claims?.sid;
    if (claims.sub === undefined || (former !== undefined && former === claims.sid)) return true;
    const { since } = claims;
    const valid = await list.validSince(claims.sub, request);
    // Signed in just now, or spared under the former id.
    if (since === undefined || (former !== undefined && isValid(valid, former, since))) {
      change(state, { since: Math.max(since ?? 0, valid.since) });
    }
    return true;
  }

  async function settle(state: SessionState): Promise<boolean> {
    const { loaded, claims, destroyed, request } = state;
    const former = loaded.claims?.sid ?? (destroyed ? loaded.retired?.heir : undefined);
    if (former === undefined || former === claims.sid) return true;
    remembered.forget(former);
    if (!destroyed) return list.replace(former, idOf(state), request);
    await list.end(former, request);
    return true;
  }

  return {
    ...inToken,
    find,
    keep,
    settle,
    owners: {
      list: unavailable,
      async revoke(id) {
        remembered.forget(id);
        await list.end(id, noRequest);
      },
      async revokeAll(owner, { except } = {}) {
        remembered.forgetAll();
        await list.endAll(owner, except, noRequest);
        return undefined;
      },
      sweep: () => list.sweep(),
    },
  };
}

function clientOf(sid: string, since: number, { ended, valid }: Answer, now: number): Loaded["client"] {
  if (ended) return ended.heir !== undefined && now < ended.at + ON_ITS_WAY ? "retired" : "ended";
  return !valid || isValid(valid, sid, since) ? "valid" : "ended";
}
