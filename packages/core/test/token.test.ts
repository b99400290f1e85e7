import { compactVerify, decodeProtectedHeader, jwtVerify, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { cookieIn, OLD_SECRET, SECRET, START, setUp } from "./helpers.ts";
import { signingKeyOf } from "./token-format.ts";

const NAME = "__Host-session";
const tokenIn = (cookie: string) => cookie.slice(cookie.indexOf("=") + 1);

describe("the token", () => {
  it("is a JWS that jose verifies, with the claims of the documentation", async () => {
    const { cookieOf } = setUp();
    const cookie = await cookieOf((session) => {
      session.login("ada");
      session.set("visits", 1).set("since", new Date(0));
      session.flash("info", "hello");
      session.persistent = true;
    });
    const { key, kid } = await signingKeyOf(SECRET, NAME);
    const { payload, protectedHeader } = await jwtVerify(tokenIn(cookie), key, {
      currentDate: new Date(START * 1000),
      algorithms: ["HS256"],
    });
    expect(protectedHeader).toEqual({ alg: "HS256", kid });
    expect(payload).toEqual({
      sid: expect.stringMatching(/^[\w-]{22}$/),
      iat: START,
      exp: START + 1_209_600,
      sub: "ada",
      p: true,
      f: [["info", "hello"]],
      d: { visits: 1, since: { $Date: 0 } },
    });
  });

  it("holds nothing that is empty", async () => {
    const { cookieOf } = setUp();
    const cookie = await cookieOf((session) => session.login("ada"));
    const { key } = await signingKeyOf(SECRET, NAME);
    const { payload } = await compactVerify(tokenIn(cookie), key);
    expect(Object.keys(JSON.parse(new TextDecoder().decode(payload)))).toEqual(["sid", "iat", "exp", "sub"]);
  });

  it("of jose is read, with text in UTF-8 as jose writes it", async () => {
    const { sessions } = setUp();
    const { key, kid } = await signingKeyOf(SECRET, NAME);
    const token = await new SignJWT({ sid: "0123456789_-abcdefghijk", sub: "ада", d: { note: "€ 漢字 🍏" } })
      .setProtectedHeader({ alg: "HS256", kid })
      .setIssuedAt(START)
      .setExpirationTime(START + 60)
      .sign(key);
    const session = await sessions.load({ headers: new Headers({ cookie: `${NAME}=${token}` }) });
    expect([session.isNew, session.id, session.owner]).toEqual([false, "0123456789_-abcdefghijk", "ада"]);
    expect([...session]).toEqual([["note", "€ 漢字 🍏"]]);
    expect(session.expiresAt).toEqual(new Date((START + 60) * 1000));
  });

  it("is signed by the newest secret", async () => {
    const { cookieOf } = setUp({ secrets: [SECRET, OLD_SECRET] });
    const { kid } = decodeProtectedHeader(tokenIn(await cookieOf((session) => session.set("a", 1))));
    expect(kid).toBe((await signingKeyOf(SECRET, NAME)).kid);
    expect(kid).not.toBe((await signingKeyOf(OLD_SECRET, NAME)).kid);
  });

  it("has other keys for every cookie name", async () => {
    const keys = await Promise.all(["a", "b", NAME].map((name) => signingKeyOf(SECRET, name)));
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(3);
    expect(new Set(keys.map(({ key }) => key.join())).size).toBe(3);
  });

  it("of one manager is absent to another", async () => {
    const { cookieOf } = setUp();
    const cookie = await cookieOf((session) => session.set("a", 1));
    for (const options of [{ secrets: OLD_SECRET }, { cookie: { name: "session" } }]) {
      const { visit, events } = setUp(options);
      const name = options.cookie?.name ?? NAME;
      await visit(`${name}=${tokenIn(cookie)}`, (session) => expect(session.isNew).toBe(true));
      expect(events).toEqual([{ type: "token-rejected", reason: "unknown-key" }]);
    }
  });

  it("takes at most 600 bytes of header for a session of 265 bytes", async () => {
    const { visit } = setUp();
    const data = cart();
    expect(JSON.stringify(data)).toHaveLength(265);
    const response = await visit(undefined, (session) => {
      for (const [key, value] of Object.entries(data)) session.set(key, value);
    });
    const line = `Set-Cookie: ${response.headers.getSetCookie()[0]}`;
    console.log(`Set-Cookie line for a session of 265 bytes: ${line.length} bytes`);
    expect(line.length).toBeLessThanOrEqual(600);
  });

  it("may fill a cookie to the last byte, and is refused with both numbers beyond", async () => {
    const { visit } = setUp();
    const fill = async (length: number) => visit(undefined, (session) => session.set("a", "x".repeat(length)));
    let length = 2800;
    while (cookieIn(await fill(length)).length - 1 < 4096 - 2) length++;
    const last = await fill(length);
    expect(cookieIn(last).length - 1).toBeLessThanOrEqual(4096);
    const failing = fill(length + 3);
    await expect(failing).rejects.toMatchObject({ code: "ERR_TOKEN_TOO_LARGE" });
    await expect(failing).rejects.toThrow(/40(9[7-9]|10\d) bytes, .* 4096/);
  });
});

function cart() {
  return {
    user: { id: "u_01HZX3K9Q2V7", name: "Ada Lovelace", roles: ["editor", "admin"] },
    cart: [
      { sku: "apples-1kg", quantity: 10, price: 299 },
      { sku: "bananas", quantity: 20, price: 129 },
      { sku: "pineapples", quantity: 30, price: 349 },
    ],
    theme: "dark",
    csrf: "q7Yx0Jt2mB9v",
  };
}
