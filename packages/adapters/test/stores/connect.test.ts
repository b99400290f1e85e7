import { createSessions } from "@websession/core";
import { describe, expect, it, vi } from "vitest";
import { type ConnectSession, type ConnectStoreLike, connectStore } from "../../src/stores/connect.ts";
import { aRecord, newId } from "./records.ts";
import { cookieOf, request, secrets, visit } from "./visits.ts";

type Callback = Parameters<ConnectStoreLike["get"]>[1];

/** The simplest store there can be: it gives back the very objects that it was given, at once. */
class PlainStore {
  readonly sessions = new Map<string, unknown>();

  get(sid: string, callback: Callback): unknown {
    return callback(null, this.sessions.get(sid));
  }

  set(sid: string, session: ConnectSession, callback: Callback): unknown {
    this.sessions.set(sid, session);
    return callback();
  }

  destroy(sid: string, callback: Callback): unknown {
    this.sessions.delete(sid);
    return callback();
  }
}

class PlainListingStore extends PlainStore {
  all(callback: Callback): unknown {
    return callback(null, [...this.sessions.values()]);
  }
}

/** Operations on a store of which one method is replaced. */
function operationsWith(methods: Partial<ConnectStoreLike>) {
  return connectStore(Object.assign(new PlainStore(), methods)).operations;
}

describe("connectStore", () => {
  it("never ends a session of express-session, whose ids look like ours", async () => {
    const plain = new PlainStore();
    const id = newId();
    plain.sessions.set(id, { cookie: { originalMaxAge: null }, passport: { user: "ada" } });
    const { operations } = connectStore(plain);
    await operations.delete(id);
    await createSessions({ secrets, store: connectStore(plain) }).revoke(id);
    expect(plain.sessions.has(id)).toBe(true);
  });

  it("gives the store what it needs of a session of express-session, and the record", async () => {
    const plain = new PlainStore();
    const [id, record] = [newId(), aRecord()];
    await connectStore(plain).operations.create(id, record);
    const session = plain.sessions.get(id) as ConnectSession;
    expect(Object.keys(session)).toEqual(["cookie", "websession"]);
    const { expires, maxAge, originalMaxAge } = session.cookie;
    expect(expires).toEqual(new Date(record.expiresAt * 1000));
    expect(maxAge).toBe(originalMaxAge);
    expect(Number(maxAge)).toBeGreaterThan(3_590_000);
    expect(Number(maxAge)).toBeLessThanOrEqual(3_600_000);
    expect(structuredClone(session)).toEqual(session);
  });

  it("shares no object with a store that keeps what it was given", async () => {
    const { operations } = connectStore(new PlainStore());
    const [id, record] = [newId(), aRecord()];
    await operations.create(id, record);
    Object.assign((await operations.read(id)) ?? {}, { data: "changed" });
    expect(await operations.read(id)).toEqual(record);
  });

  it("says that it can't compare and set", async () => {
    const { operations } = connectStore(new PlainStore());
    expect(operations.atomic).toBe(false);
    const id = newId();
    await operations.create(id, aRecord({ version: 5 }));
    expect(await operations.update(id, aRecord({ version: 9, data: '"last"' }), 8)).toBe("saved");
  });

  it("removes a session that an update or a touch has ended", async () => {
    const plain = new PlainStore();
    const { operations } = connectStore(plain);
    const [updated, touched] = [newId(), newId()];
    for (const id of [updated, touched]) await operations.create(id, aRecord());
    expect(await operations.update(updated, aRecord({ version: 2, expiresAt: 5 }), 1)).toBe("saved");
    expect(await operations.touch(touched, 4, 5, 1)).toBe("saved");
    expect(plain.sessions.size).toBe(0);
  });

  it("lets a store keep notes of its own in the session", async () => {
    const plain = new PlainStore();
    const set: ConnectStoreLike["set"] = (sid, session, callback) =>
      plain.set(sid, Object.assign(session, { __lastAccess: 5 }), callback);
    const { operations } = connectStore(Object.assign(Object.create(plain), { set }));
    const [id, record] = [newId(), aRecord()];
    await operations.create(id, record);
    expect(await operations.read(id)).toEqual(record);
  });
});

describe("connectStore, how a store answers", () => {
  it.each([undefined, null, false, ""])("takes %j for missing", async (nothing) => {
    expect(await operationsWith({ get: (_, callback) => callback(null, nothing) }).read(newId())).toBeUndefined();
    expect(await operationsWith({ get: (_, callback) => callback() }).read(newId())).toBeUndefined();
  });

  it("takes ENOENT for missing, as express-session does", async () => {
    const error = Object.assign(new Error("ENOENT: no such file"), { code: "ENOENT", syscall: "open" });
    const fails = (_: string, callback: Callback) => callback(error);
    const { read, delete: remove } = operationsWith({ get: fails, destroy: fails });
    expect(await read(newId())).toBeUndefined();
    expect(await remove(newId())).toBeUndefined();
  });

  it("does not take the ENOENT of a socket for missing: that is an outage", async () => {
    const error = Object.assign(new Error("connect ENOENT /run/db.sock"), { code: "ENOENT", syscall: "connect" });
    const { read } = operationsWith({ get: (_, callback) => callback(error) });
    await expect(read(newId())).rejects.toBe(error);
  });

  it.each(["get", "set", "destroy"] as const)(
    "rejects if %s gives an error, throws it, or rejects with it",
    async (method) => {
      const error = new Error("down");
      const run = async (failing: (...parameters: unknown[]) => unknown) => {
        const operations = operationsWith({ [method]: failing });
        if (method === "destroy") await operations.delete(newId());
        else await operations.create(newId(), aRecord());
      };
      await expect(run((...parameters) => (parameters.at(-1) as Callback)(error))).rejects.toBe(error);
      await expect(run(() => Promise.reject(error))).rejects.toBe(error);
      const thrown = run(() => {
        throw error;
      });
      await expect(thrown).rejects.toBe(error);
    },
  );

  it("shows the text of an error that is nothing but a text", async () => {
    const store = connectStore(
      Object.assign(new PlainStore(), { get: (_: string, callback: Callback) => callback("down") }),
    );
    const cookie = cookieOf(
      await visit(createSessions({ secrets, store: connectStore(new PlainStore()) }), undefined, (s) => s.set("n", 1)),
    );
    const loading = createSessions({ secrets, store }).load(request(cookie));
    await expect(loading).rejects.toThrow("The session store failed to read: down.");
  });

  it("counts the first of several calls of the callback", async () => {
    const twice: ConnectStoreLike["get"] = (_, callback) => {
      callback(null, undefined);
      callback(new Error("late"));
    };
    expect(await operationsWith({ get: twice }).read(newId())).toBeUndefined();
  });

  it("waits for the callback, even where a promise is fulfilled before", async () => {
    const plain = new PlainStore();
    const get: ConnectStoreLike["get"] = async (sid, callback) => {
      setTimeout(() => plain.get(sid, callback), 5);
    };
    const { operations } = connectStore(Object.assign(Object.create(plain), { get }));
    const [id, record] = [newId(), aRecord()];
    await operations.create(id, record);
    expect(await operations.read(id)).toEqual(record);
  });

  it("does not run a query again that a store returns beside the callback", async () => {
    const then = vi.fn();
    const get: ConnectStoreLike["get"] = (_, callback) => {
      callback();
      // As a query of Knex or Mongoose has.
      return { then };
    };
    await operationsWith({ get }).read(newId());
    expect(then).not.toHaveBeenCalled();
  });

  it("fails with ERR_STORE after storeTimeout if the callback is never called", async () => {
    const plain = new PlainStore();
    const cookie = cookieOf(
      await visit(createSessions({ secrets, store: connectStore(plain) }), undefined, (session) => session.set("n", 1)),
    );
    const silent = connectStore(Object.assign(Object.create(plain), { get: () => undefined }));
    const loading = createSessions({ secrets, store: silent, storeTimeout: 20 }).load(request(cookie));
    await expect(loading).rejects.toMatchObject({ code: "ERR_STORE" });
  });
});

describe("connectStore, what is no record", () => {
  const session = { cookie: { originalMaxAge: null }, user: "ada" };

  it.each([
    { name: "a session of another application", found: session },
    { name: "a text", found: "text" },
    { name: "a record that lost its data", found: { ...session, websession: { id: "x", expiresAt: 5 } } },
  ])("takes $name for damage, neither for missing nor for a record", async ({ found }) => {
    const { operations } = connectStore(new PlainStore());
    const { read } = operationsWith({ get: (_, callback) => callback(null, found) });
    expect(await read(newId())).toMatchObject({ version: Number.NaN });
    expect(await operations.read(newId())).toBeUndefined();
  });

  it("takes broken JSON for damage, wherever the store parses it", async () => {
    const parse = () => JSON.parse("half a rec");
    const thrown = operationsWith({ get: parse });
    expect(await thrown.read(newId())).toMatchObject({ version: Number.NaN });
    const rejected = operationsWith({ get: async () => parse() });
    expect(await rejected.read(newId())).toMatchObject({ version: Number.NaN });
  });
});

describe("connectStore, lists", () => {
  const listing = (sessions: unknown) =>
    connectStore(Object.assign(new PlainListingStore(), { all: (callback: Callback) => callback(null, sessions) }));

  it("are there if the store has `all`", () => {
    expect(connectStore(new PlainStore()).operations.list).toBeUndefined();
    expect(connectStore(new PlainListingStore()).operations.list).toBeDefined();
  });

  it("are empty if the store gives nothing, nothing of an owner, or nothing of ours", async () => {
    const foreign = { cookie: {}, owner: "ada" };
    const damaged = { cookie: {}, websession: { owner: "ada", data: "{}", expiresAt: 9e9 } };
    for (const sessions of [undefined, null, [], {}, [null, "text", foreign, damaged], { x: foreign }]) {
      expect(await listing(sessions).operations.list?.("ada")).toEqual([]);
    }
  });

  it("know the ids where the store gives none, and as the store gives them", async () => {
    const plain = new PlainListingStore();
    const { operations } = connectStore(plain);
    const [id, record] = [newId(), aRecord({ owner: "ada" })];
    await operations.create(id, record);
    await operations.create(newId(), aRecord({ owner: "bob" }));
    expect(await operations.list?.("ada")).toEqual([{ id, record }]);
    const byId = Object.fromEntries(plain.sessions);
    expect(await listing(byId).operations.list?.("ada")).toEqual([{ id, record }]);
    const withIds = [...plain.sessions].map(([sid, session]) => ({ ...Object(session), id: sid }));
    expect(await listing(withIds).operations.list?.("ada")).toEqual([{ id, record }]);
  });

  it("reject if the store fails", async () => {
    const all = (callback: Callback) => callback(new Error("down"));
    const { operations } = connectStore(Object.assign(new PlainStore(), { all }));
    await expect(operations.list?.("ada")).rejects.toThrow("down");
  });
});

describe("connectStore, what it refuses", () => {
  const rule = "connectStore: store must be a store that was made for express-session, but ";
  const refusalOf = (store: unknown) => {
    try {
      // @ts-expect-error no store
      connectStore(store);
    } catch (error) {
      return error;
    }
  };
  const refusal = (reason: string) => ({ code: "ERR_INVALID_OPTION", message: rule + reason });

  it("nothing, and what is no store", () => {
    expect(refusalOf(undefined)).toMatchObject(refusal("has no method get, set, destroy. Pass an instance."));
    expect(refusalOf(null)).toMatchObject(refusal("has no method get, set, destroy. Pass an instance."));
    expect(refusalOf("redis://localhost")).toMatchObject(refusal("has no method get, set, destroy. Pass an instance."));
    expect(refusalOf(new Map())).toMatchObject(refusal("has no method destroy. Pass an instance."));
  });

  it("a class instead of an instance", () => {
    expect(refusalOf(PlainStore)).toMatchObject(refusal("is a function or a class. Make one with new."));
  });

  it("the options of express-session", () => {
    expect(refusalOf({ secret: "x", store: new PlainStore() })).toMatchObject(
      refusal("has no method get, set, destroy. These look like the options of express-session: pass their store."),
    );
  });
});
