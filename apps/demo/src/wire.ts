import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { plainCookieName, secureCookieName } from "./settings.ts";

/** A token as anybody can read it who holds it. Nothing here says that it is genuine. */
export interface Token {
  /** Header, payload and signature as they are sent: base64url. */
  readonly parts: readonly [header: string, payload: string, signature: string];
  readonly header: object;
  readonly claims: Record<string, unknown>;
}

export interface ReceivedCookie {
  readonly name: string;
  readonly value: string;
  /** Undefined where the value is no JWS. */
  readonly token: Token | undefined;
}

export interface SentCookie {
  readonly name: string;
  /** Empty where the cookie is cleared. */
  readonly value: string;
  /** With the leading semicolon. */
  readonly attributes: string;
}

export function receivedCookie(c: Context): ReceivedCookie | undefined {
  for (const name of [secureCookieName, plainCookieName]) {
    const value = getCookie(c, name);
    if (value !== undefined) return { name, value, token: readToken(value) };
  }
  return undefined;
}

export function sentCookie(headers: Headers): SentCookie | undefined {
  const [line] = headers.getSetCookie();
  const [, name, value, attributes] = /^([^=]*)=([^;]*)(.*)$/s.exec(line ?? "") ?? [];
  if (name === undefined || value === undefined || attributes === undefined) return undefined;
  return { name, value, attributes };
}

/** JWS compact serialisation (RFC 7515 section 7.1). */
export function readToken(text: string): Token | undefined {
  const [header, payload, signature, ...rest] = text.split(".");
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0) return undefined;
  const [read, claims] = [readObject(header), readObject(payload)];
  return read && claims && { parts: [header, payload, signature], header: read, claims };
}

export function encodeObject(value: object): string {
  const binary = Array.from(new TextEncoder().encode(JSON.stringify(value)), (byte) => String.fromCharCode(byte));
  return btoa(binary.join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function readObject(encoded: string): Record<string, unknown> | undefined {
  try {
    const binary = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
    const text = new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
