/** docs/token-format.md, written down a second time and independently: tests hold the library against it. */
export async function signingKeyOf(
  secret: string,
  cookieName: string,
): Promise<{ key: Uint8Array<ArrayBuffer>; kid: string }> {
  const key = await hkdf(secret, `websession/1/HS256/key/${cookieName}`, 256);
  const kid = await hkdf(secret, `websession/1/HS256/kid/${cookieName}`, 32);
  return {
    key,
    kid: btoa(String.fromCharCode(...kid))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, ""),
  };
}

/** The test vector of docs/token-format.md, made with Python's standard library. */
export const VECTOR = {
  secret: "correct horse battery staple 0123456789",
  key: "f2b08ae3aa7407232f88cd69ed3d36aa48e866b40f9b3e177f208b519acb3a29",
  kid: "s6eoCQ",
  token: [
    "eyJhbGciOiJIUzI1NiIsImtpZCI6InM2ZW9DUSJ9",
    "eyJzaWQiOiJBQUVDQXdRRkJnY0lDUW9MREEwT0R3IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsImYiOltbImluZm8iLCJWw6Rsa29tbWVuIl1dLCJkIjp7InZpc2l0cyI6MSwic2luY2UiOnsiJGRhdGUiOjB9fX0",
    "J2FT560jMLfI-EZ1z51vK8xFBocp6Cfq1UUtanzqAyU",
  ].join("."),
};

/** HKDF (RFC 5869) spelled out with HMAC, rather than by the call that the library makes. */
async function hkdf(secret: string, info: string, bits: number): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const pseudorandomKey = await hmac(new Uint8Array(32), encoder.encode(secret));
  const block = await hmac(pseudorandomKey, new Uint8Array([...encoder.encode(info), 1]));
  return block.slice(0, bits / 8);
}

async function hmac(key: Uint8Array<ArrayBuffer>, data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, data));
}
