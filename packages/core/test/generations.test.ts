import { describe, expect, it } from "vitest";
import type { SessionRecord } from "../src/index.ts";
import { cookieIn } from "./helpers.ts";
import { setUpInStore } from "./in-store.ts";

describe("earlier tokens of a session in a store", () => {
  it("are remembered eight at a time, so that a record does not grow without end", async () => {
    const { cookieOf, visit, load } = setUpInStore();
    const cookies = [await cookieOf((session) => session.set("n", 0))];
    for (let i = 1; i <= 9; i++) {
      cookies.push(cookieIn(await visit(cookies.at(-1), (session) => session.set("n", i).regenerate())));
    }
    const seen = await Promise.all(cookies.map(load));
    expect(seen.map(({ ended }) => ended)).toEqual(["revoked", ...Array(8).fill("superseded"), undefined]);
    expect(seen.map((session) => session.get("n"))).toEqual([undefined, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("show values of any kind as they were then, however a handler changes what it gets", async () => {
    const { cookieOf, visit, load, dataOf } = setUpInStore();
    const data = { at: new Date(0), tags: new Set(["a"]), cart: [{ sku: 1n }] };
    const cookie = await cookieOf((session) => session.set("data", data));
    const renewed = cookieIn(await visit(cookie, (session) => session.set("data", "new").regenerate()));
    const late = await visit(cookie, (session) => {
      const seen = session.get("data") as typeof data;
      seen.cart.push({ sku: 2n });
      session.set("data", "late");
    });
    expect(late.headers.getSetCookie()).toEqual([]);
    await visit(renewed, (session) => session.set("more", 1));
    expect((await load(cookie)).get("data")).toEqual(data);
    expect(await dataOf(renewed)).toEqual({ data: "new", more: 1 });
  });

  it("leave nothing in the record once their time is over", async () => {
    const { cookieOf, visit, clock, inner, load } = setUpInStore();
    const cookie = await cookieOf((session) => session.set("a", "only in the former"));
    const renewed = cookieIn(await visit(cookie, (session) => session.set("a", 2).regenerate()));
    const { id } = await load(renewed);
    expect((await inner.operations.read(id))?.data).toContain("only in the former");
    clock.seconds += 10;
    await visit(renewed, (session) => session.set("b", 1));
    expect((await inner.operations.read(id))?.data).not.toMatch(/only in the former|formers/);
  });

  it("keep nothing of a session that had an owner", async () => {
    const { visit, inner, load } = setUpInStore();
    const cookie = cookieIn(
      await visit(undefined, (session) => void session.set("mail", "ada@example.com").login("ada")),
    );
    const renewed = cookieIn(await visit(cookie, (session) => session.set("mail", "new").regenerate()));
    expect((await inner.operations.read((await load(renewed)).id))?.data).not.toContain("ada@example.com");
  });
});

describe("a record that is older than the client's token", () => {
  async function lagging() {
    const test = setUpInStore();
    const { cookieOf, visit, load, inner } = test;
    const cookie = await cookieOf((session) => session.set("a", 1));
    const { id } = await load(cookie);
    const record = (await inner.operations.read(id)) as SessionRecord;
    const renewed = cookieIn(await visit(cookie, (session) => session.regenerate()));
    await inner.operations.delete(id);
    await inner.operations.create(id, record);
    return { ...test, cookie, renewed };
  }

  it("is an error for 10 seconds, in which the store may catch up: nobody is logged out", async () => {
    const { load, renewed, clock } = await lagging();
    clock.seconds += 9;
    await expect(load(renewed)).rejects.toMatchObject({
      code: "ERR_STORE",
      message: expect.stringContaining("Read from the primary, not from a replica, or retry"),
    });
  });

  it("then comes from a backup, and the token opens nothing", async () => {
    const { load, renewed, clock, cookie } = await lagging();
    clock.seconds += 10;
    expect((await load(renewed)).ended).toBe("revoked");
    expect((await load(cookie)).isNew).toBe(false);
  });
});

describe("a session whose id the store does not know", () => {
  it("has expired if it could have by now, and was ended otherwise", async () => {
    const { cookieOf, load, clock, sessions } = setUpInStore({ lifetime: { idle: 100 } });
    const [kept, revoked] = [
      await cookieOf((session) => session.set("a", 1)),
      await cookieOf((session) => session.set("a", 1)),
    ];
    await sessions.revoke((await load(revoked)).id);
    clock.seconds += 99;
    expect([(await load(kept)).ended, (await load(revoked)).ended]).toEqual([undefined, "revoked"]);
    clock.seconds += 1;
    expect([(await load(kept)).ended, (await load(revoked)).ended]).toEqual(["expired", "expired"]);
  });
});
