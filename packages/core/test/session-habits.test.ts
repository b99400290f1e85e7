import { describe, expect, it } from "vitest";
import type { Session } from "../src/index.ts";
import { setUp } from "./helpers.ts";

async function newSession(): Promise<Session> {
  return setUp().sessions.load(new Request("http://localhost/"));
}

const members = [
  ...[
    "get",
    "set",
    "has",
    "delete",
    "pop",
    "getOrInsert",
    "getOrInsertComputed",
    "update",
    "clear",
    "size",
    "keys",
    "values",
    "entries",
    "flash",
    "flashes",
  ],
  ...["isNew", "ended", "status", "id", "createdAt", "expiresAt", "owner", "login", "regenerate", "destroy"],
];
const unknown = ["user", "cookie", "save", "toString", "then", "__proto__", "$"];

describe("an assignment to a property of the session", () => {
  it.each([...members, ...unknown])("throws and names set: %s", async (name) => {
    const session = await newSession();
    const refusal = `session.${name} can't be assigned: a session does not keep properties. Write session.set("${name}", value)`;
    expect(() => Object.assign(session, JSON.parse(`{"${name}":1}`))).toThrow(refusal);
    // Reflect.set is what an assignment does in sloppy mode: it throws only if the object does.
    expect(() => Reflect.set(session, name, {})).toThrow(refusal);
    expect(Reflect.ownKeys(session)).toEqual([]);
    expect(session.status).toBe("unchanged");
  });

  it("throws for a symbol, too", async () => {
    const session = await newSession();
    expect(() => Reflect.set(session, Symbol("mark"), 1)).toThrow("session.Symbol(mark) can't be assigned");
    expect(() => Reflect.set(session, Symbol.iterator, 1)).toThrow("session.Symbol(Symbol.iterator) can't be assigned");
  });

  it("of persistent still works", async () => {
    const session = await newSession();
    session.persistent = true;
    expect([session.persistent, session.status]).toEqual([true, "modified"]);
  });
});

describe("no library can share state between visitors", () => {
  it("by a property that it defines", async () => {
    const session = await newSession();
    expect(Object.isSealed(session)).toBe(true);
    expect(() => Object.defineProperty(session, "user", { value: 1 })).toThrow(TypeError);
    expect(() => Object.setPrototypeOf(session, {})).toThrow(TypeError);
  });

  it("on the prototype, a method or the class", async () => {
    const session = await newSession();
    const methods = members.map((name): unknown => Reflect.get(session, name));
    const shared = [Object.getPrototypeOf(session), session.constructor, session[Symbol.iterator], ...methods];
    for (const each of shared.filter((value) => typeof value === "function" || value === shared[0])) {
      expect(Object.isFrozen(each)).toBe(true);
    }
    expect(() => Object.assign(session.flash, { info: [] })).toThrow(TypeError);
  });
});

describe("a session stays an ordinary object for tools", () => {
  it("is no thenable, has its class's name, and unknown properties are undefined", async () => {
    const session = await newSession();
    expect(await session).toBe(session);
    expect(session instanceof Object).toBe(true);
    expect(session.constructor.name).toBe("Session");
    expect([Reflect.get(session, "user"), Reflect.get(session, "then")]).toEqual([undefined, undefined]);
    expect(JSON.stringify(session)).toBe("{}");
  });
});

describe("a callback, as express-session takes one,", () => {
  const refusal = (method: string) =>
    expect.objectContaining({
      code: "ERR_INVALID_ARGUMENT",
      message: `${method} takes no callback. Drop it, and put its code after the call: commit does the work, before the response is sent.`,
    });
  const callback = () => {};

  it("is refused by regenerate and destroy, and nothing happens", async () => {
    const session = await newSession();
    session.set("a", 1);
    // @ts-expect-error no argument
    expect(() => session.regenerate(callback)).toThrow(refusal("regenerate"));
    // @ts-expect-error no argument
    expect(() => session.destroy(callback)).toThrow(refusal("destroy"));
    expect(session.get("a")).toBe(1);
  });

  it("is refused by login, and nobody is signed in", async () => {
    const session = await newSession();
    // @ts-expect-error options, not a function
    expect(() => session.login("ada", callback)).toThrow(refusal("login"));
    expect(session.owner).toBeUndefined();
  });
});
