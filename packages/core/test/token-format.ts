/** docs/token-format.md, written down a second time and independently: tests hold the library against it. */

export interface FormatKey {
  key: Uint8Array<ArrayBuffer>;
  kid: string;
}

type Bytes = Uint8Array<ArrayBuffer>;

const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

export const signingKeyOf = (secret: string, name: string): Promise<FormatKey> => keyOf("HS256", secret, name);
export const encryptionKeyOf = (secret: string, name: string): Promise<FormatKey> => keyOf("A256GCM", secret, name);

async function keyOf(algorithm: "HS256" | "A256GCM", secret: string, name: string): Promise<FormatKey> {
  const info = utf8(`websession/1/${algorithm}/${name}`);
  // HKDF (RFC 5869) spelled out with HMAC, rather than by the call that the library makes.
  const pseudorandomKey = await hmac(new Uint8Array(32), utf8(secret));
  const key = await hmac(pseudorandomKey, new Uint8Array([...info, 1]));
  const next = await hmac(pseudorandomKey, new Uint8Array([...key, ...info, 2]));
  return { key, kid: base64url(next.slice(0, 4)) };
}

/** A JWS with this header, to the letter. */
export async function jwsOf(key: Bytes, header: string, payload: Bytes | string): Promise<string> {
  const input = `${base64url(utf8(header))}.${typeof payload === "string" ? payload : base64url(payload)}`;
  return `${input}.${base64url(await hmac(key, utf8(input)))}`;
}

/** A JWE with this header, to the letter, under a key that is used directly. */
export async function jweOf(key: Bytes, header: string, plaintext: Bytes, iv = randomIv()): Promise<string> {
  const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const additionalData = utf8(base64url(utf8(header)));
  const sealed = new Uint8Array(
    await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, imported, plaintext),
  );
  const parts = [utf8(header), new Uint8Array(), iv, sealed.slice(0, -16), sealed.slice(-16)];
  return parts.map(base64url).join(".");
}

const randomIv = (): Bytes => crypto.getRandomValues(new Uint8Array(12));

async function hmac(key: Bytes, data: Bytes): Promise<Bytes> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, data));
}

export function base64url(bytes: Bytes): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** The test vector of docs/token-format.md, made with Python's standard library. */
export const VECTOR = {
  secret: "correct horse battery staple 0123456789",
  key: "2e5212486a3a9559fea4ce539cd94d9740ae8512a20b5095faa33fbd4e602af8",
  kid: "lAYx8A",
  token: [
    "eyJhbGciOiJIUzI1NiIsImtpZCI6ImxBWXg4QSJ9",
    "eyJzaWQiOiJBQUVDQXdRRkJnY0lDUW9MREEwT0R3IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsImYiOltbImluZm8iLCJWw6Rsa29tbWVuIl1dLCJkIjp7InZpc2l0cyI6MSwic2luY2UiOnsiJERhdGUiOjB9fX0",
    "AVeNIvxVEuA0-DOXZdCIkg2HNaBz_PT-27M-ujR8vQI",
  ].join("."),
};
