import { describe, expect, it } from "vitest";
import type { Session } from "../src/index.ts";
import { setUp } from "./helpers.ts";
import { setUpInStore } from "./in-store.ts";

const places: [name: string, make: typeof setUp][] = [
  ["in the token", setUp],
  ["in a store", setUpInStore],
];

function put(session: Session, sku: string): void {
  (session.getOrInsert("cart", []) as string[]).push(sku);
}

describe.each(places)("with the data %s, getOrInsert", (_name, make) => {
  it("gives the value that it inserts, and what is pushed into it is saved", async () => {
    const { visit, cookieOf, dataOf } = make();
    const cookie = await cookieOf((session) => put(session, "apples"));
    expect(await dataOf(cookie)).toEqual({ cart: ["apples"] });
    const response = await visit(cookie, (session) => put(session, "pears"));
    const [next = cookie] = response.headers.getSetCookie().map((line) => String(line.split(";")[0]));
    expect(await dataOf(next)).toEqual({ cart: ["apples", "pears"] });
  });
});

describe("getOrInsert", () => {
  it("leaves a value that is there, null too, and the session unchanged", async () => {
    const { sessions, cookieOf } = setUp();
    const cookie = await cookieOf((session) => session.set("a", 1).set("b", null));
    const session = await sessions.load({ headers: new Headers({ cookie }) });
    expect([session.getOrInsert("a", 2), session.getOrInsert("b", 2)]).toEqual([1, null]);
    expect(session.getOrInsertComputed("a", () => expect.unreachable())).toBe(1);
    expect(session.status).toBe("unchanged");
  });

  it("inserts what getOrInsertComputed's function makes of the key, and calls it once", async () => {
    const session = await setUp().sessions.load({ headers: new Headers() });
    const keys: string[] = [];
    const compute = (key: string) => [key, keys.push(key)];
    expect(session.getOrInsertComputed("a", compute)).toEqual(["a", 1]);
    expect(session.getOrInsertComputed("a", compute)).toBe(session.get("a"));
    expect(keys).toEqual(["a"]);
  });

  it("throws where an insertion would be lost, since the session is committed", async () => {
    const { sessions } = setUp();
    const session = await sessions.load({ headers: new Headers() });
    await sessions.commit(session, new Response("ok"));
    expect(() => session.getOrInsert("a", 1)).toThrow(expect.objectContaining({ code: "ERR_SESSION_COMMITTED" }));
  });
});
