import { nodeHmac } from "@websession/adapters/node";
import { createSessions } from "@websession/core";
import { CompactEncrypt, CompactSign, compactDecrypt, compactVerify } from "jose";
import { type Candidate, timed } from "./measure.ts";
import { payload, secret } from "./payload.ts";

const utf8 = new TextEncoder();

/** The text that a token's MAC is about. */
export async function signedText(values: Readonly<Record<string, unknown>> = { ...payload }): Promise<string> {
  const sessions = createSessions({ secrets: secret });
  const session = await sessions.load({ headers: new Headers() });
  for (const [key, value] of Object.entries(values)) session.set(key, value);
  const headers = new Headers();
  await sessions.commitHeaders(session, headers);
  const [, token = ""] = /^[^=]+=([^;]+)/.exec(headers.getSetCookie()[0] ?? "") ?? [];
  return token.slice(0, token.lastIndexOf("."));
}

export const primitiveNames = {
  createHmac: "one createHmac",
  verify: "one subtle.verify",
  sign: "one subtle.sign",
  joseVerify: "one jose compactVerify",
  joseSign: "one jose CompactSign",
  joseDecrypt: "one jose compactDecrypt",
  joseEncrypt: "one jose CompactEncrypt",
} as const;

/** What node:crypto takes, through our own provider: a cached KeyObject, text in, base64url out. */
export async function nodePrimitive(text: string, name: string = primitiveNames.createHmac): Promise<Candidate> {
  const key = await nodeHmac.importKey(utf8.encode(secret.slice(0, 32)));
  return timed(name, () => key.sign(text));
}

/** What WebCrypto and jose take for the same text, with a CryptoKey that is imported once. */
export async function webPrimitives(text: string): Promise<Candidate[]> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", utf8.encode(secret.slice(0, 32)), algorithm, false, [
    "sign",
    "verify",
  ]);
  const bytes = utf8.encode(text);
  const signature = await crypto.subtle.sign("HMAC", key, bytes);
  const [, body = ""] = text.split(".");
  const claims = Uint8Array.from(atob(body.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const joseSign = () => new CompactSign(claims).setProtectedHeader({ alg: "HS256", kid: "abcdef" }).sign(key);
  const token = await joseSign();
  return [
    timed(primitiveNames.verify, () => crypto.subtle.verify("HMAC", key, signature, bytes)),
    timed(primitiveNames.sign, () => crypto.subtle.sign("HMAC", key, bytes)),
    timed(primitiveNames.joseVerify, () => compactVerify(token, key)),
    timed(primitiveNames.joseSign, joseSign),
    ...(await joseEncryption(claims)),
  ];
}

/** With a CryptoKey as well, and the header that our tokens have. */
async function joseEncryption(claims: Uint8Array): Promise<Candidate[]> {
  const key = await crypto.subtle.importKey("raw", utf8.encode(secret.slice(0, 32)), "AES-GCM", false, [
    "encrypt",
    "decrypt",
  ]);
  const header = { alg: "dir", enc: "A256GCM", kid: "abcdef" };
  const encrypt = () => new CompactEncrypt(claims).setProtectedHeader(header).encrypt(key);
  const token = await encrypt();
  return [
    timed(primitiveNames.joseDecrypt, () => compactDecrypt(token, key)),
    timed(primitiveNames.joseEncrypt, encrypt),
  ];
}
