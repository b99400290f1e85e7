import {
  CompactEncrypt,
  type CompactJWEHeaderParameters,
  CompactSign,
  compactDecrypt,
  compactVerify,
  createLocalJWKSet,
  EncryptJWT,
  importJWK,
  type JWSHeaderParameters,
  jwtDecrypt,
  jwtVerify,
  SignJWT,
} from "jose";
import { describe, expect, it } from "vitest";
import { encrypted } from "../src/encrypted.ts";
import { deflate, header, type SecretJwk, signed } from "../src/index.ts";
import { CLAIMS } from "./forge.ts";
import { OLD_SECRET, SECRET, START, setUp } from "./helpers.ts";
import { base64url, encryptionKeyOf, signingKeyOf } from "./token-format.ts";

const NAME = "__Host-session";
const canCompress = typeof CompressionStream === "function";
const currentDate = new Date(START * 1000);
const tokenIn = (cookie: string) => cookie.slice(cookie.indexOf("=") + 1);

/** How jose finds the key of a token: a function that it calls with the header. */
const keyAmong = (keys: SecretJwk[]) => (header: JWSHeaderParameters | CompactJWEHeaderParameters) => {
  const found = keys.find(({ kid, alg }) => kid === header.kid && [header.alg, header.enc].includes(alg));
  return importJWK(found ?? expect.unreachable("no such key"));
};

const ends = { currentDate };

describe("the key set", () => {
  it("has a key of every secret, newest first, as docs/token-format.md derives them", async () => {
    const { sessions } = setUp({ secrets: [SECRET, OLD_SECRET] });
    const keys = await Promise.all([SECRET, OLD_SECRET].map((secret) => signingKeyOf(secret, NAME)));
    expect(await sessions.jwks()).toEqual({
      keys: keys.map(({ key, kid }) => ({ kty: "oct", use: "sig", alg: "HS256", kid, k: base64url(key) })),
    });
  });

  it("has those to encrypt with where sessions are encrypted, and then those of what is accepted", async () => {
    const { sessions } = setUp({ codec: encrypted({ accept: [signed()] }) });
    const [encryption, signing] = [await encryptionKeyOf(SECRET, NAME), await signingKeyOf(SECRET, NAME)];
    expect((await sessions.jwks()).keys).toEqual([
      { kty: "oct", use: "enc", alg: "A256GCM", kid: encryption.kid, k: base64url(encryption.key) },
      { kty: "oct", use: "sig", alg: "HS256", kid: signing.kid, k: base64url(signing.key) },
    ]);
  });

  it("has others for a header than for the cookie", async () => {
    const { sessions } = setUp({ transport: header("X-Session") });
    const { key, kid } = await signingKeyOf(SECRET, "x-session");
    expect((await sessions.jwks()).keys).toMatchObject([{ kid, k: base64url(key) }]);
  });

  it("never holds the secret", async () => {
    const { sessions } = setUp();
    const text = JSON.stringify(await sessions.jwks());
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(base64url(new TextEncoder().encode(SECRET)));
  });

  it("is for a function that picks the key: jose's own key sets take public keys only", async () => {
    const { sessions, cookieOf } = setUp();
    const token = tokenIn(await cookieOf((session) => session.set("a", 1)));
    const set = createLocalJWKSet(await sessions.jwks());
    await expect(jwtVerify(token, set, ends)).rejects.toThrow('Unsupported "alg" value');
  });
});

describe("with the key set, jose", () => {
  const large = { a: "x".repeat(1500) };

  it("verifies a signed token, of an old secret too", async () => {
    const { keys } = await setUp({ secrets: [SECRET, OLD_SECRET] }).sessions.jwks();
    for (const secrets of [SECRET, OLD_SECRET]) {
      const token = tokenIn(await setUp({ secrets }).cookieOf((session) => session.login("ada")));
      const { payload } = await jwtVerify(token, keyAmong(keys), ends);
      expect([payload.sub, payload.iat]).toEqual(["ada", START]);
    }
  });

  it("refuses a token of a secret that is not in it", async () => {
    const { keys } = await setUp().sessions.jwks();
    const token = tokenIn(await setUp({ secrets: OLD_SECRET }).cookieOf((session) => session.login("ada")));
    await expect(jwtVerify(token, await importJWK(keys[0] as SecretJwk), ends)).rejects.toThrow("signature");
  });

  it("verifies a compressed one, and inflates it by one stream", async () => {
    const { sessions, cookieOf } = setUp({ codec: signed({ compress: deflate }) });
    const token = tokenIn(await cookieOf((session) => session.set("a", large.a)));
    const { payload, protectedHeader } = await compactVerify(token, keyAmong((await sessions.jwks()).keys));
    expect(protectedHeader.zip).toBe(canCompress ? "DEF" : undefined);
    const stream = new Blob([new Uint8Array(payload)]).stream();
    const inflated = canCompress ? stream.pipeThrough(new DecompressionStream("deflate-raw")) : stream;
    expect(JSON.parse(await new Response(inflated).text()).d).toEqual(large);
  });

  it("decrypts an encrypted token", async () => {
    const { sessions, cookieOf } = setUp({ codec: encrypted() });
    const token = tokenIn(await cookieOf((session) => session.login("ada")));
    const { payload } = await jwtDecrypt(token, keyAmong((await sessions.jwks()).keys), ends);
    expect(payload.sub).toBe("ada");
  });

  it("decrypts a compressed one, and inflates it by itself", async () => {
    const { sessions, cookieOf } = setUp({ codec: encrypted({ compress: deflate }) });
    const token = tokenIn(await cookieOf((session) => session.set("a", large.a)));
    const { plaintext, protectedHeader } = await compactDecrypt(token, keyAmong((await sessions.jwks()).keys));
    expect(protectedHeader.zip).toBe(canCompress ? "DEF" : undefined);
    expect(JSON.parse(new TextDecoder().decode(plaintext)).d).toEqual(large);
  });

  const text = new TextEncoder().encode(JSON.stringify(CLAIMS));
  const { iat, exp, ...rest } = CLAIMS;
  const makers: [name: string, options: Parameters<typeof setUp>[0], make: (jwk: SecretJwk) => Promise<string>][] = [
    [
      "a signed token",
      {},
      async ({ kid, ...jwk }) => {
        const claims = new SignJWT(rest).setIssuedAt(iat).setExpirationTime(exp);
        return claims.setProtectedHeader({ alg: "HS256", kid }).sign(await importJWK(jwk));
      },
    ],
    [
      "a signed token of bytes",
      {},
      async ({ kid, ...jwk }) =>
        new CompactSign(text).setProtectedHeader({ alg: "HS256", kid }).sign(await importJWK(jwk)),
    ],
    [
      "an encrypted token",
      { codec: encrypted() },
      async ({ kid, ...jwk }) => {
        const claims = new EncryptJWT(rest).setIssuedAt(iat).setExpirationTime(exp);
        return claims.setProtectedHeader({ alg: "dir", enc: "A256GCM", kid }).encrypt(await importJWK(jwk));
      },
    ],
    [
      "an encrypted and compressed token",
      { codec: encrypted() },
      async ({ kid, ...jwk }) => {
        const zip = canCompress ? ({ zip: "DEF" } as const) : {};
        const jwe = new CompactEncrypt(text).setProtectedHeader({ alg: "dir", enc: "A256GCM", kid, ...zip });
        return jwe.encrypt(await importJWK(jwk));
      },
    ],
  ];
  it.each(makers)("makes %s that is a session", async (_what, options, make) => {
    const { sessions, dataOf } = setUp(options);
    const [newest] = (await sessions.jwks()).keys;
    expect(await dataOf(`${NAME}=${await make(newest as SecretJwk)}`)).toEqual(CLAIMS.d);
  });
});
