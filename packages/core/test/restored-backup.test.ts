import { describe, expect, it } from "vitest";
import { defineStore, memoryStore, type SessionRecord } from "../src/index.ts";
import { bound } from "./bound.ts";
import { cookieIn, START, setUp } from "./helpers.ts";

/** A store that can be put back to what it was: `backUp` gives the function that does it. */
function restorable(now: () => number) {
  const { operations } = memoryStore({ now });
  const ids = new Set<string>();
  const store = defineStore({
    ...bound(operations),
    create: async (id, record) => {
      ids.add(id);
      return operations.create(id, record);
    },
  });
  const backUp = async () => {
    const kept = new Map<string, SessionRecord | undefined>();
    for (const id of ids) kept.set(id, await operations.read(id));
    return async () => {
      for (const id of ids) {
        await operations.delete(id);
        const record = kept.get(id);
        if (record) await operations.create(id, record);
      }
    };
  };
  return { store, backUp };
}

function setUpRestorable(place: "store" | "revocations") {
  const time = { seconds: START };
  const now = () => time.seconds * 1000;
  const { store, backUp } = restorable(now);
  return { ...setUp({ [place]: store, now }), time, backUp };
}

describe("after a store was restored from a backup", () => {
  it("a session that it has opens, with the data of then", async () => {
    const { visit, cookieOf, dataOf, backUp } = setUpRestorable("store");
    const cookie = await cookieOf((session) => session.set("n", 1));
    const restore = await backUp();
    await visit(cookie, (session) => session.set("n", 2));
    await restore();
    expect(await dataOf(cookie)).toEqual({ n: 1 });
    await visit(cookie, (session) => session.set("n", 3));
    expect(await dataOf(cookie)).toEqual({ n: 3 });
  });

  it("a session that began later has ended, and its visitor can sign in", async () => {
    const { visit, cookieOf, backUp } = setUpRestorable("store");
    const restore = await backUp();
    const cookie = await cookieOf((session) => session.login("ada"));
    await restore();
    const again = await visit(cookie, (session) => {
      expect([session.owner, session.ended]).toEqual([undefined, "revoked"]);
      session.login("ada");
    });
    await visit(cookieIn(again), (session) => expect(session.owner).toBe("ada"));
  });

  it("a token that is newer than its record is an error for 10 seconds, as the store may lag, and then opens nothing", async () => {
    const { visit, cookieOf, time, backUp } = setUpRestorable("store");
    const anonymous = await cookieOf((session) => session.set("cart", ["a"]));
    const restore = await backUp();
    const cookie = cookieIn(await visit(anonymous, (session) => session.login("ada")));
    await restore();
    await expect(visit(cookie)).rejects.toThrow(/older than the client's token\. Read from the primary/);
    time.seconds += 10;
    const again = await visit(cookie, (session) => {
      expect([session.owner, session.size, session.ended]).toEqual([undefined, 0, "revoked"]);
      session.login("ada");
    });
    await visit(cookieIn(again), (session) => expect(session.owner).toBe("ada"));
  });

  it("a token of before never opens the session of somebody who signs in later", async () => {
    const { visit, cookieOf, time, backUp } = setUpRestorable("store");
    const shared = await cookieOf((session) => session.set("cart", ["a"]));
    const restore = await backUp();
    time.seconds += 20;
    const ada = cookieIn(await visit(shared, (session) => session.login("ada")));
    await restore();
    time.seconds += 20;
    // The record reaches the generation of Ada's token again, by Bob's sign-in.
    const bob = cookieIn(await visit(shared, (session) => session.login("bob")));
    await visit(ada, (session) => expect([session.owner, session.size]).toEqual([undefined, 0]));
    await visit(bob, (session) => expect(session.owner).toBe("bob"));
  });

  it("a session that had ended since is back, until it is revoked: the audit log has its id", async () => {
    const { sessions, visit, cookieOf, audit, backUp } = setUpRestorable("store");
    const cookie = await cookieOf((session) => session.login("ada"));
    const restore = await backUp();
    await visit(cookie, (session) => session.destroy());
    await restore();
    await visit(cookie, (session) => expect(session.owner).toBe("ada"));
    for (const event of [...audit]) if (event.type === "ended" && event.id) await sessions.revoke(event.id);
    await visit(cookie, (session) => expect(session.owner).toBeUndefined());
  });

  it("with revocations, what had ended since is back, until it is ended again", async () => {
    const { sessions, visit, cookieOf, audit, backUp } = setUpRestorable("revocations");
    const [one, two] = [
      await cookieOf((session) => session.login("ada")),
      await cookieOf((session) => session.login("bob")),
    ];
    const restore = await backUp();
    await visit(one, (session) => session.destroy());
    await sessions.revokeAll("bob");
    await restore();
    await visit(one, (session) => expect(session.owner).toBe("ada"));
    await visit(two, (session) => expect(session.owner).toBe("bob"));
    for (const event of [...audit]) {
      if (event.type !== "ended") continue;
      if (event.id) await sessions.revoke(event.id);
      else if (event.owner) await sessions.revokeAll(event.owner);
    }
    for (const cookie of [one, two]) await visit(cookie, (session) => expect(session.owner).toBeUndefined());
  });
});
