import { type HmacProvider, webCryptoHmac } from "@websession/core";
import { describe, expect, it } from "vitest";
import { nodeHmac } from "../src/node.ts";
import { type Data, setUp } from "./node-helpers.ts";

const now = () => 1_795_305_600_000;

async function cookieOf(hmac: HmacProvider): Promise<string> {
  const { sessions } = setUp({ hmac, now });
  const response = await sessions.handle(new Request("http://localhost/"), (session) => {
    session.set("text", "grüße 🍏");
    return new Response();
  });
  return String(response.headers.getSetCookie()[0]?.split(";")[0]);
}

async function dataOf(cookie: string, hmac: HmacProvider): Promise<Partial<Data>> {
  const { sessions } = setUp({ hmac, now });
  return Object.fromEntries(await sessions.load({ headers: new Headers({ cookie }) }));
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

describe("nodeHmac", () => {
  it("signs what WebCrypto signs, with the same result", async () => {
    for (const length of [1, 32, 64]) {
      const bytes = crypto.getRandomValues(new Uint8Array(32));
      const text = "eyJhbGciOiJIUzI1NiJ9.".padEnd(length, "x");
      const [ours, theirs] = [await nodeHmac.importKey(bytes), await webCryptoHmac.importKey(bytes)];
      const signature = await ours.sign(text);
      expect(signature).toMatch(/^[\w-]{43}$/);
      expect(signature).toBe(await theirs.sign(text));
      expect([await ours.verify(text, signature), await theirs.verify(text, signature)]).toEqual([true, true]);
    }
  });

  it("needs no waiting", async () => {
    const key = await nodeHmac.importKey(new Uint8Array(32));
    expect(typeof key.sign("text")).toBe("string");
    expect(typeof key.verify("text", "x".repeat(43))).toBe("boolean");
  });

  it("shares its cookies with WebCrypto, both ways", async () => {
    expect(await dataOf(await cookieOf(nodeHmac), webCryptoHmac)).toEqual({ text: "grüße 🍏" });
    expect(await dataOf(await cookieOf(webCryptoHmac), nodeHmac)).toEqual({ text: "grüße 🍏" });
  });

  it("accepts no token of which one character is another", async () => {
    const cookie = await cookieOf(nodeHmac);
    const start = cookie.indexOf("=") + 1;
    for (let at = start; at < cookie.length; at++) {
      const other = alphabet[(alphabet.indexOf(String(cookie[at])) + 1) % alphabet.length];
      const forged = `${cookie.slice(0, at)}${other}${cookie.slice(at + 1)}`;
      expect([at, await dataOf(forged, nodeHmac)]).toEqual([at, {}]);
    }
  });

  it("accepts no signature of which one character is another", async () => {
    const key = await nodeHmac.importKey(new Uint8Array(32).fill(7));
    const signature = await key.sign("text");
    for (let at = 0; at < signature.length; at++) {
      for (const other of alphabet) {
        if (other === signature[at]) continue;
        expect(key.verify("text", signature.slice(0, at) + other + signature.slice(at + 1))).toBe(false);
      }
    }
  });

  it("accepts no part of a signature that it has accepted before, and nothing longer", async () => {
    const key = await nodeHmac.importKey(new Uint8Array(32).fill(7));
    const signature = await key.sign("text");
    expect(key.verify("text", signature)).toBe(true);
    for (let length = 0; length < signature.length; length++) {
      expect(key.verify("text", signature.slice(0, length))).toBe(false);
    }
    expect(key.verify("text", `${signature}A`)).toBe(false);
  });

  it("accepts no signature of another key or another text", async () => {
    const key = await nodeHmac.importKey(new Uint8Array(32).fill(7));
    const other = await nodeHmac.importKey(new Uint8Array(32).fill(8));
    expect(key.verify("text", await other.sign("text"))).toBe(false);
    expect(key.verify("text", await key.sign("texts"))).toBe(false);
  });
});
