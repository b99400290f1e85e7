import { describe, expect, it } from "vitest";
import { defineStore, memoryStore, type SessionRecord, type SessionStore, type StoreOperations } from "../src/index.ts";
import { bound } from "./bound.ts";
import { claimsOf, cookieIn, setUp, touch } from "./helpers.ts";

/** A store that gives back another answer than its record, for the ids named. */
function damaging(read: (record: SessionRecord | undefined) => unknown, ids?: ReadonlySet<string>): SessionStore {
  const { operations } = memoryStore();
  const reading: StoreOperations["read"] = async (id) => {
    const record = await operations.read(id);
    return (record && (!ids || ids.has(id)) ? read(record) : record) as SessionRecord | undefined;
  };
  return defineStore({ ...bound(operations), read: reading });
}

const damages: [what: string, damage: (record: SessionRecord | undefined) => unknown][] = [
  ["text that is no JSON", (record) => ({ ...record, data: "damaged" })],
  ["JSON of another shape", (record) => ({ ...record, data: '[["a"]]' })],
  ["the session of another library", () => ({ cookie: { originalMaxAge: null }, user: "ada" })],
  ["bytes instead of text", (record) => ({ ...record, data: new Uint8Array(8) })],
  ["no version", (record) => ({ ...record, version: undefined })],
  ["a time that is no number", (record) => ({ ...record, expiresAt: Number.NaN })],
  ["a time as text", (record) => ({ ...record, usedAt: "1795305600" })],
  ["a number", () => 7],
  ["text", () => "damaged"],
  ["an empty object", () => ({})],
];

describe.each(damages)("a record that comes back as %s", (_what, damage) => {
  it("is an error once; then its session has ended, and the visitor begins a new one", async () => {
    const ids = new Set<string>();
    const { visit, cookieOf, events } = setUp({ store: damaging(damage, ids) });
    const cookie = await cookieOf((session) => session.set("a", 1));
    const id = String(claimsOf(cookie).sid);
    ids.add(id);
    const failing = visit(cookie, touch);
    await expect(failing).rejects.toMatchObject({ code: "ERR_STORE", cause: expect.anything() });
    await expect(failing).rejects.toThrow(
      `The session store gave back what is no record of a session, for ${id}. It was removed: the visitor's next request`,
    );
    expect(events).toEqual([{ type: "record-damaged", id, repaired: true }]);
    const next = await visit(cookie, (session) => {
      expect([session.size, session.ended]).toEqual([0, "revoked"]);
      session.set("a", 2);
    });
    expect(cookieIn(next)).not.toBe(cookie);
  });

  it("ends no session if every record comes back so: then the client is set up wrongly", async () => {
    const store = damaging(damage);
    const { visit, cookieOf, events } = setUp({ store });
    const cookie = await cookieOf((session) => session.set("a", 1));
    const id = String(claimsOf(cookie).sid);
    for (let times = 0; times < 3; times++) {
      await expect(visit(cookie, touch)).rejects.toThrow(/Nothing was changed, .* Check how its client is set up\.$/);
    }
    expect(events).toEqual(Array(3).fill({ type: "record-damaged", id, repaired: false }));
    expect(await store.operations.create(id, {} as SessionRecord)).toBe(false);
  });
});

it("a record that is damaged while a request is under way ends with an error, and nothing is written", async () => {
  const ids = new Set<string>();
  const store = damaging((record) => ({ ...record, data: "damaged" }), ids);
  const { sessions, visit, cookieOf } = setUp({ store });
  const cookie = await cookieOf((session) => session.set("a", 1));
  const [one, two] = await Promise.all(
    [1, 2].map(() => sessions.load(new Request("http://a/", { headers: { cookie } }))),
  );
  one?.set("a", 2);
  two?.set("b", 2);
  if (!one || !two) return expect.unreachable();
  await sessions.commit(one, new Response("ok"));
  ids.add(one.id);
  await expect(sessions.commit(two, new Response("ok"))).rejects.toMatchObject({ code: "ERR_STORE" });
  await visit(cookie, (session) => expect(session.size).toBe(0));
});

it("the probe that tells a damaged record from a wrong client leaves nothing behind", async () => {
  const { operations } = memoryStore();
  const ids = new Set<string>();
  const keep: StoreOperations["create"] = async (id, record) => {
    ids.add(id);
    return operations.create(id, record);
  };
  const store = defineStore({ ...bound(operations), create: keep });
  const { visit, cookieOf } = setUp({ store });
  const cookie = await cookieOf((session) => session.set("a", 1));
  const id = String(claimsOf(cookie).sid);
  const record = await operations.read(id);
  await operations.update(id, { ...(record as SessionRecord), version: 2, data: "damaged" }, 1);
  await expect(visit(cookie, touch)).rejects.toMatchObject({ code: "ERR_STORE" });
  expect(ids.size).toBe(2);
  expect(await Promise.all([...ids].map((each) => operations.read(each)))).toEqual([undefined, undefined]);
});

describe("a client of the store that mixes up its answers", () => {
  /** The next `times` reads of the one id give the record of the other. */
  async function mixedUp(times: number) {
    const { operations } = memoryStore();
    const mix = { times: 0, from: "", to: "" };
    const read: StoreOperations["read"] = async (id) =>
      operations.read(id === mix.from && mix.times-- > 0 ? mix.to : id);
    const test = setUp({ store: defineStore({ ...bound(operations), read }) });
    const [ada, bob] = [
      await test.cookieOf((session) => session.login("ada")),
      await test.cookieOf((session) => session.login("bob")),
    ];
    const id = String(claimsOf(ada).sid);
    Object.assign(mix, { times, from: id, to: String(claimsOf(bob).sid) });
    return { ...test, ada, bob, id };
  }

  it("shows nobody the session of somebody else: the record is read again, and says so", async () => {
    const { visit, ada, bob, id, events } = await mixedUp(1);
    await visit(ada, (session) => expect(session.owner).toBe("ada"));
    expect(events).toEqual([{ type: "record-damaged", id, repaired: false }]);
    await visit(bob, (session) => expect(session.owner).toBe("bob"));
  });

  it("ends the session of an id whose record is for good that of another", async () => {
    const { visit, ada, bob } = await mixedUp(Number.POSITIVE_INFINITY);
    await expect(visit(ada, touch)).rejects.toThrow(/what is no record of a session, .* It was removed/);
    await visit(bob, (session) => expect(session.owner).toBe("bob"));
  });
});

describe("a damaged note (revocations)", () => {
  /** Makes every note that exists now unreadable. */
  async function spoilt(data: string) {
    const { operations } = memoryStore();
    const keys = new Set<string>();
    const keep: StoreOperations["create"] = async (id, record) => {
      keys.add(id);
      return operations.create(id, record);
    };
    const store = defineStore({ ...bound(operations), create: keep });
    const spoil = async () => {
      for (const key of keys) {
        const note = await operations.read(key);
        if (note) await operations.update(key, { ...note, version: note.version + 1, data }, note.version);
      }
    };
    return { ...setUp({ revocations: store }), spoil };
  }

  it.each(["damaged", '{"generation":"x"}', "7"])(
    "on a session (%s) is an error once, then the session has ended",
    async (data) => {
      const { visit, cookieOf, spoil, events } = await spoilt(data);
      const first = await cookieOf((session) => session.set("a", 1));
      const cookie = cookieIn(await visit(first, (session) => session.regenerate()));
      await spoil();
      if (data !== "7") {
        const failing = visit(cookie, touch);
        await expect(failing).rejects.toThrow(
          /^The session store gave back what is no note, for .* The session has ended/,
        );
        expect(events.at(-1)).toMatchObject({ type: "record-damaged", repaired: true });
      }
      for (const each of [cookie, first]) await visit(each, (session) => expect(session.ended).toBe("revoked"));
      await cookieOf((session) => session.set("a", 1));
    },
  );

  it.each(["damaged", '{"since":"x"}', "7"])(
    "on an owner (%s) is an error once, then those sessions have ended",
    async (data) => {
      const { sessions, visit, cookieOf, spoil } = await spoilt(data);
      await sessions.revokeAll("ada");
      const cookie = await cookieOf((session) => session.login("ada"));
      await spoil();
      await expect(visit(cookie, touch)).rejects.toThrow(/what is no note, .* All sessions of the owner have ended/);
      await visit(cookie, (session) => expect([session.owner, session.ended]).toEqual([undefined, "revoked"]));
      const again = await cookieOf((session) => session.login("ada"));
      await visit(again, (session) => expect(session.owner).toBe("ada"));
    },
  );
});

describe("a damaged note is not forgotten", () => {
  /** Ends a session, then makes its note unreadable once: `then` gives what the next reads find. */
  async function endedAndSpoilt(
    wrap: (operations: StoreOperations, spoilt: { on: boolean }) => Partial<StoreOperations>,
  ) {
    const { operations } = memoryStore();
    const spoilt = { on: false };
    const revocations = defineStore({ ...bound(operations), ...wrap(operations, spoilt) });
    const test = setUp({ revocations });
    const cookie = await test.cookieOf((session) => session.set("a", 1));
    await test.visit(cookie, (session) => session.destroy());
    spoilt.on = true;
    return { ...test, cookie };
  }
  const damaged = (record: SessionRecord | undefined) => record && { ...record, data: "damaged" };

  it("if the store has dropped it by the second look", async () => {
    const { visit, cookie } = await endedAndSpoilt((operations, spoilt) => ({
      async read(id) {
        const record = await operations.read(id);
        if (!spoilt.on || !record?.data.includes("ended")) return record;
        spoilt.on = false;
        await operations.delete(id);
        return damaged(record);
      },
    }));
    await expect(visit(cookie, touch)).rejects.toMatchObject({ code: "ERR_STORE" });
    await visit(cookie, (session) => expect([session.size, session.ended]).toEqual([0, "revoked"]));
  });

  it("if it can't be replaced: the next request fails too", async () => {
    const { visit, cookie } = await endedAndSpoilt((operations, spoilt) => ({
      read: async (id) => (spoilt.on ? damaged(await operations.read(id)) : operations.read(id)),
      async update(...args) {
        if (spoilt.on) throw new Error("the disk is full");
        return operations.update(...args);
      },
    }));
    for (let times = 0; times < 2; times++) {
      await expect(visit(cookie, touch)).rejects.toMatchObject({ code: "ERR_STORE" });
    }
  });

  it("for a moment: it is written over in one step", async () => {
    const deleted: string[] = [];
    const { visit, cookie } = await endedAndSpoilt((operations, spoilt) => ({
      async read(id) {
        const record = await operations.read(id);
        return spoilt.on && record?.version === 1 && record.data.includes("ended") ? damaged(record) : record;
      },
      async delete(id) {
        if ((await operations.read(id))?.data.includes("ended")) deleted.push(id);
        return operations.delete(id);
      },
    }));
    await expect(visit(cookie, touch)).rejects.toThrow(/The session has ended/);
    await visit(cookie, (session) => expect(session.ended).toBe("revoked"));
    expect(deleted).toEqual([]);
  });
});

it("a record that a later version has written is left alone", async () => {
  const { operations } = memoryStore();
  const { visit, cookieOf, events } = setUp({ store: defineStore(bound(operations)) });
  const cookie = await cookieOf((session) => session.set("a", 1));
  const id = String(claimsOf(cookie).sid);
  const record = (await operations.read(id)) as SessionRecord;
  const later = { ...record, version: 2, data: `{"format":2,${record.data.slice(1)}` };
  await operations.update(id, later, 1);
  for (let times = 0; times < 2; times++) {
    await expect(visit(cookie, touch)).rejects.toThrow(
      /written by a later version .* Deploy that version on all servers/,
    );
  }
  expect(await operations.read(id)).toEqual(later);
  expect(events).toEqual([]);
});

it("a store that fails while it is tested for damage changes nothing, and says so", async () => {
  const { operations } = memoryStore();
  const broken = { on: false };
  const store = defineStore({
    ...bound(operations),
    read: async (id) => {
      const record = await operations.read(id);
      return broken.on && record ? { ...record, data: "damaged" } : record;
    },
    create: async (...args) => {
      if (broken.on) throw new Error("read-only");
      return operations.create(...args);
    },
  });
  const { visit, cookieOf } = setUp({ store });
  const cookie = await cookieOf((session) => session.set("a", 1));
  broken.on = true;
  await expect(visit(cookie, touch)).rejects.toThrow(/what is no record of a session, .* Nothing was changed/);
  broken.on = false;
  await visit(cookie, (session) => expect(session.get("a")).toBe(1));
});
