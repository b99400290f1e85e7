import { decodeProtectedHeader } from "jose";
import { describe, expect, it } from "vitest";
import { encrypted } from "../src/encrypted.ts";
import { bearer, chunk, header, memoryStore, signed } from "../src/index.ts";
import { cookieIn, OLD_SECRET, SECRET, START, setUp, touch } from "./helpers.ts";
import { encryptionKeyOf, signingKeyOf } from "./token-format.ts";

const NAME = "__Host-session";
const tokenIn = (cookie: string) => cookie.slice(cookie.indexOf("=") + 1);
const kidOf = (cookie: string) => decodeProtectedHeader(tokenIn(cookie)).kid;

describe("an encrypted session", () => {
  it("comes back as it was", async () => {
    const { cookieOf, visit, events } = setUp({ codec: encrypted() });
    const cookie = await cookieOf((session) => {
      session.login("ada");
      session
        .set("note", "grüße 🍏")
        .set("when", new Date(0))
        .set("nested", { list: [1, { a: null }] });
      session.flash("info", "hello");
    });
    await visit(cookie, (session) => {
      expect(Object.fromEntries(session)).toEqual({
        note: "grüße 🍏",
        when: new Date(0),
        nested: { list: [1, { a: null }] },
      });
      expect([session.isNew, session.owner, session.flashes()]).toEqual([
        false,
        "ada",
        [{ category: "info", message: "hello" }],
      ]);
    });
    expect(events).toEqual([]);
  });

  it("is a JWE in compact serialisation whose header tells the key and no more", async () => {
    const { cookieOf } = setUp({ codec: encrypted() });
    const token = tokenIn(await cookieOf((session) => session.set("a", 1)));
    expect(token).toMatch(/^[\w-]+\.\.[\w-]{16}\.[\w-]+\.[\w-]{22}$/);
    const { kid } = await encryptionKeyOf(SECRET, NAME);
    expect(decodeProtectedHeader(token)).toEqual({ alg: "dir", enc: "A256GCM", kid });
  });

  it("shows nothing of its data, nor whether it is the same as before", async () => {
    const { cookieOf } = setUp({ codec: encrypted() });
    const fill = () => cookieOf((session) => session.set("word", "confidential"));
    const [one, two] = [tokenIn(await fill()), tokenIn(await fill())];
    const bytes = one.split(".").map((part) => atob(part.replaceAll("-", "+").replaceAll("_", "/")));
    expect(bytes.join("")).not.toContain("confidential");
    const [ivs, ciphertexts] = [2, 3].map((part) => [one, two].map((token) => token.split(".")[part]));
    expect([ivs?.[0] === ivs?.[1], ciphertexts?.[0] === ciphertexts?.[1]]).toEqual([false, false]);
  });

  it("is not issued anew while nothing has changed", async () => {
    const { cookieOf, visit } = setUp({ codec: encrypted() });
    const response = await visit(await cookieOf((session) => session.set("a", 1)), touch);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it("ends with its idle time", async () => {
    const { cookieOf, visit, clock, events } = setUp({ codec: encrypted(), lifetime: { idle: 60 } });
    const cookie = await cookieOf((session) => session.set("a", 1));
    clock.seconds = START + 60;
    await visit(cookie, (session) => expect(session.size).toBe(0));
    expect(events).toEqual([{ type: "token-rejected", reason: "expired" }]);
  });

  it.each([
    ["another secret", { secrets: OLD_SECRET }, NAME],
    ["another cookie", { cookie: { name: "session" } }, "session"],
    ["a header", { transport: header() }, undefined],
  ])("is none under %s", async (_what, options, name) => {
    const { cookieOf } = setUp({ codec: encrypted() });
    const token = tokenIn(await cookieOf((session) => session.set("a", 1)));
    const { sessions, events } = setUp({ codec: encrypted(), ...options });
    const headers = new Headers(name ? { cookie: `${name}=${token}` } : { "x-session": token });
    expect((await sessions.load({ headers })).size).toBe(0);
    expect(events).toEqual([{ type: "token-rejected", reason: "unknown-key" }]);
  });

  it.each([
    ["x-session", header(), ""],
    ["authorization", bearer(), "Bearer "],
  ])("travels in the header %s", async (name, transport, scheme) => {
    const { sessions } = setUp({ codec: encrypted(), transport });
    const session = await sessions.load({ headers: new Headers() });
    session.set("a", 1);
    const sent = (await sessions.commit(session, new Response())).headers.get(name) ?? "";
    expect(sent).toMatch(new RegExp(`^${scheme}[\\w-]+\\.\\.[\\w-]{16}\\.`));
    expect((await sessions.load({ headers: new Headers({ [name]: sent }) })).get("a")).toBe(1);
  });

  it("may be spread over several cookies", async () => {
    const { visit, dataOf } = setUp({ codec: encrypted(), overflow: chunk({ maxBytes: 20_480 }) });
    const large = "x".repeat(9000);
    const lines = (await visit(undefined, (session) => session.set("a", large))).headers.getSetCookie();
    expect(lines).toHaveLength(3);
    expect(await dataOf(lines.map((line) => line.split(";")[0]).join("; "))).toEqual({ a: large });
  });

  it("may be no more than an id, with the data in a store", async () => {
    const { cookieOf, dataOf } = setUp({ codec: encrypted(), store: memoryStore() });
    const cookie = await cookieOf((session) => session.set("a", "x".repeat(9000)));
    expect(cookie.length).toBeLessThan(400);
    expect(await dataOf(cookie)).toEqual({ a: "x".repeat(9000) });
  });
});

describe("secrets of encrypted sessions", () => {
  it("encrypt with the newest, and open with all", async () => {
    const before = setUp({ codec: encrypted(), secrets: OLD_SECRET });
    const after = setUp({ codec: encrypted(), secrets: [SECRET, OLD_SECRET] });
    const cookie = await before.cookieOf((session) => session.set("a", 1));
    const reissued = cookieIn(await after.visit(cookie, touch));
    expect([kidOf(cookie), kidOf(reissued)]).toEqual([
      (await encryptionKeyOf(OLD_SECRET, NAME)).kid,
      (await encryptionKeyOf(SECRET, NAME)).kid,
    ]);
    const retired = setUp({ codec: encrypted() });
    expect(await retired.dataOf(reissued)).toEqual({ a: 1 });
    expect(await retired.dataOf(cookie)).toEqual({});
  });

  it("make a key of its own for encrypting: a signing key opens nothing", async () => {
    const [signing, encryption] = [await signingKeyOf(SECRET, NAME), await encryptionKeyOf(SECRET, NAME)];
    expect(encryption.key).not.toEqual(signing.key);
    expect(encryption.kid).not.toBe(signing.kid);
  });
});

describe("a signed session where sessions are encrypted", () => {
  const signedCookie = (options = {}) => setUp(options).cookieOf((session) => session.set("user", "ada"));

  it("is none, nor the other way round", async () => {
    const strict = setUp({ codec: encrypted() });
    expect(await strict.dataOf(await signedCookie())).toEqual({});
    const plain = setUp({ codec: signed() });
    expect(await plain.dataOf(await strict.cookieOf((session) => session.set("a", 1)))).toEqual({});
    expect([...strict.events, ...plain.events]).toEqual([
      { type: "token-rejected", reason: "malformed" },
      { type: "token-rejected", reason: "malformed" },
    ]);
  });

  const moving = encrypted({ accept: [signed()] });

  it("is read where that is accepted, and issued anew, encrypted, by being read", async () => {
    const { visit, dataOf, events } = setUp({ codec: moving });
    const response = await visit(await signedCookie(), (session) => expect(session.get("user")).toBe("ada"));
    const reissued = cookieIn(response);
    expect(decodeProtectedHeader(tokenIn(reissued)).enc).toBe("A256GCM");
    expect(await dataOf(reissued)).toEqual({ user: "ada" });
    expect(await setUp({ codec: encrypted() }).dataOf(reissued)).toEqual({ user: "ada" });
    expect(events).toEqual([]);
  });

  it("is issued anew once only", async () => {
    const { visit } = setUp({ codec: moving });
    const reissued = cookieIn(await visit(await signedCookie(), touch));
    expect((await visit(reissued, touch)).headers.getSetCookie()).toEqual([]);
  });

  it("keeps its id, start and owner", async () => {
    const before = setUp();
    let id = "";
    const cookie = await before.cookieOf((session) => {
      session.login("ada");
      id = session.id;
    });
    const { visit, clock } = setUp({ codec: moving });
    clock.seconds = START + 600;
    const reissued = cookieIn(await visit(cookie, touch));
    await visit(reissued, (session) => {
      expect([session.id, session.owner, session.createdAt]).toEqual([id, "ada", new Date(START * 1000)]);
    });
  });

  it("may be of an old secret as well: that costs one new token, not two", async () => {
    const { visit } = setUp({ codec: moving, secrets: [SECRET, OLD_SECRET] });
    const reissued = cookieIn(await visit(await signedCookie({ secrets: OLD_SECRET }), touch));
    expect(kidOf(reissued)).toBe((await encryptionKeyOf(SECRET, NAME)).kid);
    expect((await visit(reissued, touch)).headers.getSetCookie()).toEqual([]);
  });

  it("is none where its secret is not known, with the first codec's reason", async () => {
    const { dataOf, events } = setUp({ codec: moving });
    expect(await dataOf(await signedCookie({ secrets: OLD_SECRET }))).toEqual({});
    expect(events).toEqual([{ type: "token-rejected", reason: "malformed" }]);
  });
});

describe("moving over with a store", () => {
  it("logs nobody out", async () => {
    const store = memoryStore();
    const before = setUp({ store });
    const cookie = await before.cookieOf((session) => session.set("a", 1));
    const after = setUp({ store, codec: encrypted({ accept: [signed()] }) });
    // A token that holds the id alone stays until the next one is due, with a login say.
    expect((await after.visit(cookie, (session) => session.set("b", 2))).headers.getSetCookie()).toEqual([]);
    expect(await after.dataOf(cookie)).toEqual({ a: 1, b: 2 });
    const next = cookieIn(await after.visit(cookie, (session) => session.login("ada")));
    expect(decodeProtectedHeader(tokenIn(next)).alg).toBe("dir");
    expect(await after.dataOf(next)).toEqual({ a: 1, b: 2 });
  });
});
