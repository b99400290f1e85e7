import { describe, expect, it } from "vitest";
import { defineStore, type SessionOptions } from "../src/index.ts";
import { fiveOperations } from "./bound.ts";
import { cookieIn, setUp } from "./helpers.ts";
import { setUpInStore } from "./in-store.ts";

/** Sessions in the cookie, the notes of their ends in a store that others may use as well; its reads are counted and may be held. */
function setUpCached(options: Partial<SessionOptions> = {}) {
  const { inner, clock } = setUpInStore();
  const now = () => clock.seconds * 1000;
  const reads = { count: 0, held: undefined as Promise<void> | undefined };
  const five = fiveOperations(inner);
  const revocations = defineStore({
    ...five,
    read: async (id) => {
      reads.count++;
      const record = await five.read(id);
      await reads.held;
      return record;
    },
  });
  const here = setUp({ revocations, cacheFor: 5, now, ...options });
  const elsewhere = setUp({ revocations: inner, now });
  const ownerOf = async (cookie: string) => (await here.sessions.load({ headers: new Headers({ cookie }) })).owner;
  const signIn = () => here.cookieOf((session) => session.login("ada"));
  return { ...here, clock, elsewhere, reads, ownerOf, signIn };
}

describe("cacheFor with revocations", () => {
  it("asks again once that time is over, not before", async () => {
    const { ownerOf, signIn, elsewhere, clock, reads } = setUpCached();
    const cookie = await signIn();
    await ownerOf(cookie);
    await elsewhere.sessions.revokeAll("ada");
    reads.count = 0;
    clock.seconds += 4;
    expect([await ownerOf(cookie), reads.count]).toEqual(["ada", 0]);
    clock.seconds += 1;
    expect([await ownerOf(cookie), reads.count]).toEqual([undefined, 2]);
  });

  it("counts from the moment at which the store was asked, however late it answers", async () => {
    const { ownerOf, signIn, elsewhere, clock, reads } = setUpCached();
    const cookie = await signIn();
    let release = () => {};
    reads.held = new Promise((resolve) => {
      release = resolve;
    });
    reads.count = 0;
    const slow = ownerOf(cookie);
    while (reads.count < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    clock.seconds += 3;
    release();
    expect(await slow).toBe("ada");
    await elsewhere.sessions.revokeAll("ada");
    clock.seconds += 2;
    expect(await ownerOf(cookie)).toBeUndefined();
  });

  it("is no time at all unless it is asked for", async () => {
    const { ownerOf, signIn, elsewhere } = setUpCached({ cacheFor: 0 });
    const cookie = await signIn();
    expect(await ownerOf(cookie)).toBe("ada");
    await elsewhere.sessions.revokeAll("ada");
    expect(await ownerOf(cookie)).toBeUndefined();
  });

  it.each<[name: string, end: (test: ReturnType<typeof setUpCached>, cookie: string) => Promise<unknown>]>([
    ["destroy", ({ visit }, cookie) => visit(cookie, (session) => session.destroy())],
    ["regenerate", ({ visit }, cookie) => visit(cookie, (session) => session.regenerate())],
    [
      "revoke",
      async ({ sessions }, cookie) => sessions.revoke((await sessions.load({ headers: new Headers({ cookie }) })).id),
    ],
    ["revokeAll", ({ sessions }) => sessions.revokeAll("ada")],
  ])("remembers no answer that was on its way when this process ended the session by %s", async (_name, end) => {
    const test = setUpCached();
    const { ownerOf, signIn, reads } = test;
    const cookie = await signIn();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    reads.held = held;
    reads.count = 0;
    const slow = ownerOf(cookie);
    while (reads.count < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    reads.held = undefined;
    await end(test, cookie);
    release();
    await slow;
    expect(await ownerOf(cookie)).toBeUndefined();
  });

  it("forgets what this process ended, and nothing else", async () => {
    const { visit, ownerOf, signIn, reads } = setUpCached();
    const [first, second] = [await signIn(), await signIn()];
    expect([await ownerOf(first), await ownerOf(second)]).toEqual(["ada", "ada"]);
    const renewed = cookieIn(await visit(first, (session) => session.regenerate()));
    reads.count = 0;
    expect([await ownerOf(second), reads.count]).toEqual(["ada", 0]);
    expect([await ownerOf(first), await ownerOf(renewed), reads.count]).toEqual([undefined, "ada", 1]);
  });
});
