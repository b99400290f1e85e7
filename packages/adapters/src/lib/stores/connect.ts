import { defineStore, type SessionRecord, type SessionStore, type StoreOperations } from "@websession/core";
import { type Callback, resultOf } from "./callback.ts";
import { checkOption } from "./check-option.ts";
import { type ConnectSession, ownedRecordIn, toConnectSession } from "./connect-session.ts";
import { cureForConnection } from "./cures.ts";
import { type KeyValueStore, lastWriteWins } from "./last-write-wins.ts";
import { isLive, notARecord } from "./plain-record.ts";
import { usedLast } from "./used-last.ts";

/** What is called of a store for express-session. Not its `touch`: the times are in the record too, so that `set` writes both. */
export interface ConnectStoreLike {
  get(sid: string, callback: Callback): unknown;
  set(sid: string, session: ConnectSession, callback: Callback): unknown;
  destroy(sid: string, callback: Callback): unknown;
  /** Gives the sessions as an array, or as an object by their ids. */
  all?(callback: Callback): unknown;
}

/**
 * Keeps sessions in any store that was made for express-session: `connectStore(MongoStore.create({ mongoUrl }))`.
 *
 * It can't compare and set (`atomic: false`): of two requests that write a session at once the last wins, and a slow one may
 * bring back a session that was destroyed meanwhile. It can list an owner's sessions if the store has `all`, and reads every
 * session of the store to do so: that is for small sites. Sessions of express-session in the same store are never opened, listed
 * or changed.
 *
 * The store itself removes what has expired; some need an option for that. For `revocations` it must be one that removes nothing
 * before: no `max`, no `ttl`, no eviction. Throws `ERR_INVALID_OPTION` if `store` is no such store.
 */
export function connectStore(store: ConnectStoreLike): SessionStore {
  checkStore(store);
  return defineStore({ ...lastWriteWins(recordsIn(store)), ...listing(store), cureFor: cureForConnection });
}

function checkStore(store: ConnectStoreLike): void {
  const rule = "connectStore: store must be a store that was made for express-session";
  checkOption(typeof store !== "function", `${rule}, but is a function or a class. Make one with new`);
  const methods = ["get", "set", "destroy"] as const;
  const lacking = methods.filter((method) => typeof Object(store)[method] !== "function");
  const cure =
    "store" in Object(store) ? "These look like the options of express-session: pass their store" : "Pass an instance";
  checkOption(lacking.length === 0, `${rule}, but has no method ${lacking.join(", ")}. ${cure}`);
}

function recordsIn(store: ConnectStoreLike): KeyValueStore {
  const remove = async (id: string) => {
    if (await isForeign(store, id)) return;
    await resultOf((callback) => store.destroy(id, callback)).catch(undefinedIfMissing);
  };
  return {
    remove,
    async find(id) {
      const record = await findIn(store, id);
      return record && isLive(record) ? record : undefined;
    },
    async put(id, record) {
      // Stores that don't look at `expires` would keep it.
      if (!isLive(record)) return remove(id);
      await resultOf((callback) => store.set(id, toConnectSession(id, record), callback));
    },
  };
}

async function findIn(store: ConnectStoreLike, id: string): Promise<SessionRecord | undefined> {
  const session = await sessionIn(store, id);
  return session ? (ownedRecordIn(session)?.record ?? notARecord) : undefined;
}

/** True for a session of express-session, whose ids look like ours: it is left alone. */
async function isForeign(store: ConnectStoreLike, id: string): Promise<boolean> {
  const session = Object(await sessionIn(store, id));
  return "cookie" in session && !("websession" in session);
}

/** What the store has under the id. */
async function sessionIn(store: ConnectStoreLike, id: string): Promise<unknown> {
  try {
    return await resultOf((callback) => store.get(id, callback));
  } catch (error) {
    // Stores parse the JSON that they have kept.
    return error instanceof SyntaxError ? notARecord : undefinedIfMissing(error);
  }
}

/** The code by which express-session knows that there is no such session. A socket that does not exist has it too. */
function undefinedIfMissing(error: unknown): undefined {
  const { code, syscall } = Object(error) as { code?: unknown; syscall?: unknown };
  if (code !== "ENOENT" || syscall === "connect") throw error;
}

function listing(store: ConnectStoreLike): Pick<StoreOperations, "list"> {
  if (typeof store.all !== "function") return {};
  return {
    async list(owner, limit) {
      const sessions = await resultOf((callback) => store.all?.(callback));
      const owned = Object.values(Object(sessions)).flatMap((session) => ownedRecordIn(session) ?? []);
      return usedLast(
        owned.filter(({ record }) => record.owner === owner && isLive(record)),
        limit,
      );
    },
  };
}
