/** docs/token-format.md, written down a second time and independently: tests hold the library against it. */
export async function signingKeyOf(
  secret: string,
  cookieName: string,
): Promise<{ key: Uint8Array<ArrayBuffer>; kid: string }> {
  const encoder = new TextEncoder();
  const info = encoder.encode(`websession/1/HS256/${cookieName}`);
  // HKDF (RFC 5869) spelled out with HMAC, rather than by the call that the library makes.
  const pseudorandomKey = await hmac(new Uint8Array(32), encoder.encode(secret));
  const key = await hmac(pseudorandomKey, new Uint8Array([...info, 1]));
  const next = await hmac(pseudorandomKey, new Uint8Array([...key, ...info, 2]));
  const kid = btoa(String.fromCharCode(...next.slice(0, 4)));
  return { key, kid: kid.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "") };
}

async function hmac(key: Uint8Array<ArrayBuffer>, data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, data));
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
