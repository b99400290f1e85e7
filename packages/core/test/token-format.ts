/** docs/token-format.md, written down a second time and independently: tests hold the library against it. */

export interface FormatKey {
  key: Uint8Array<ArrayBuffer>;
  kid: string;
}

type Bytes = Uint8Array<ArrayBuffer>;

const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

type Purpose = "" | "/copy";

export const signingKeyOf = (secret: string, name: string, purpose: Purpose = ""): Promise<FormatKey> =>
  keyOf("HS256", secret, name + purpose);
export const encryptionKeyOf = (secret: string, name: string, purpose: Purpose = ""): Promise<FormatKey> =>
  keyOf("A256GCM", secret, name + purpose);

async function keyOf(algorithm: "HS256" | "A256GCM", secret: string, nameAndPurpose: string): Promise<FormatKey> {
  const info = utf8(`websession/1/${algorithm}/${nameAndPurpose}`);
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

/** The test vectors of docs/token-format.md, made with Python's standard library and, where encrypted, with jose. */
export const SECRET_OF_VECTORS = "correct horse battery staple 0123456789";

export const PAYLOAD =
  '{"sid":"AAECAwQFBgcICQoLDA0ODw","iat":1795305600,"exp":1796515200,"sub":"ada","f":[["info","Välkommen"]],"d":{"visits":1,"since":{"$Date":0}}}';

/** The payloads of the vectors for a session in a store. */
export const STORE_PAYLOADS = {
  reference: '{"sid":"AAECAwQFBgcICQoLDA0ODw","iat":1795305600,"exp":1797897600,"r":1}',
  generation: '{"sid":"AAECAwQFBgcICQoLDA0ODw","iat":1795309200,"exp":1797897600,"start":1795305600,"g":1,"r":1}',
  copy: '{"sid":"AAECAwQFBgcICQoLDA0ODw","iat":1795309200,"exp":1796518800,"start":1795305600,"g":1,"sub":"ada","v":3,"t":1795309200,"d":{"visits":1}}',
} as const;

/** What zlib made of the payload; another compressor may make other bytes of it. */
export const DEFLATED: string = [
  "ab562ace4c51b25272747475762c0f74734a4ff6740eccf7717134f0772957d251ca4c2c51b23234b734353630353330d051",
  "4aad28000b98991a9a1a81048a4b93800624a6240255a7295945472b65e6a5e50339618797e464e7e7e6a6e629c5c6ea2801",
  "ada9562acb2cce2c29061a00d49799979c0a125371492c01320c6a6b6b01",
].join("");

export const VECTORS = {
  signed: {
    name: "__Host-session",
    key: "2e5212486a3a9559fea4ce539cd94d9740ae8512a20b5095faa33fbd4e602af8",
    kid: "lAYx8A",
    header: '{"alg":"HS256","kid":"lAYx8A"}',
    token: [
      "eyJhbGciOiJIUzI1NiIsImtpZCI6ImxBWXg4QSJ9",
      "eyJzaWQiOiJBQUVDQXdRRkJnY0lDUW9MREEwT0R3IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsImYiOltbImluZm8iLCJWw6Rsa29tbWVuIl1dLCJkIjp7InZpc2l0cyI6MSwic2luY2UiOnsiJERhdGUiOjB9fX0",
      "AVeNIvxVEuA0-DOXZdCIkg2HNaBz_PT-27M-ujR8vQI",
    ].join("."),
  },
  compressed: {
    name: "__Host-session",
    key: "2e5212486a3a9559fea4ce539cd94d9740ae8512a20b5095faa33fbd4e602af8",
    kid: "lAYx8A",
    header: '{"alg":"HS256","kid":"lAYx8A","zip":"DEF"}',
    token: [
      "eyJhbGciOiJIUzI1NiIsImtpZCI6ImxBWXg4QSIsInppcCI6IkRFRiJ9",
      "q1YqzkxRslJydHR1diwPdHNKT_Z0Dsz3cXE08HcpV9JRykwsUbIyNLc0NTYwNTMw0FFKrSgAC5iZGpoagQSKS5OABiSmJAJVpylZRUcrZeal5QM5YYeX5GTn5-am5inFxuooAa2pVirLLM4sKQYaANSXmZecChJTcUksATIMamtrAQ",
      "bAt9swVbUjN4ZmpIw76dHCNrC6eHkzh46cDYgrsWrQY",
    ].join("."),
  },
  inHeader: {
    name: "x-session",
    key: "aa44508e7539f93c58ef5d3cfcd7f90c1711329eb02d90dbc85394238c77a822",
    kid: "HVNIoQ",
    header: '{"alg":"HS256","kid":"HVNIoQ"}',
    token: [
      "eyJhbGciOiJIUzI1NiIsImtpZCI6IkhWTklvUSJ9",
      "eyJzaWQiOiJBQUVDQXdRRkJnY0lDUW9MREEwT0R3IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsImYiOltbImluZm8iLCJWw6Rsa29tbWVuIl1dLCJkIjp7InZpc2l0cyI6MSwic2luY2UiOnsiJERhdGUiOjB9fX0",
      "KCd02OdynYwO5sUOvzQ5KoudkJsw9MTLT9Dg1h-1hnE",
    ].join("."),
  },
  encrypted: {
    name: "__Host-session",
    key: "d94a8074d89a829f6d3875b8d74412c06717edf394930d481dce8c2a1176b1cc",
    kid: "KUc3nQ",
    header: '{"alg":"dir","enc":"A256GCM","kid":"KUc3nQ"}',
    token: [
      "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoiS1VjM25RIn0",
      "",
      "AAECAwQFBgcICQoL",
      "RN9XXwa4qd2Td4aSB_1xW-lOVTdbOFfsna-8sSwacEFJds_bqgD0uFVV6azcgqmhEVuBHFWm302S1RfrCv1zC2QaPbuZ61QPLj-X1in9EpcB_Ou-Zt_60BjRwKBTsKBRQOdkMXSp5JZA-hxt7UgxfI8OSuV2zWfb96o2WAxWLn6A3KCsxp_2J4mKnW2hJQI",
      "kfIOroLcyqwI32rPZQtcbg",
    ].join("."),
  },
  encryptedCompressed: {
    name: "__Host-session",
    key: "d94a8074d89a829f6d3875b8d74412c06717edf394930d481dce8c2a1176b1cc",
    kid: "KUc3nQ",
    header: '{"alg":"dir","enc":"A256GCM","kid":"KUc3nQ","zip":"DEF"}',
    token: [
      "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoiS1VjM25RIiwiemlwIjoiREVGIn0",
      "",
      "DA0ODxAREhMUFRYX",
      "qkrS6CqwMM-h6KQ5cfIBxTCp0VGRDA2O822Oo0HjGq6zbpBJpRUFY3wnojJ5ayF8DH8FWcjStXP2qoW5QsEgzubChpEyDBQyGuPCp7rHMyVLseReSD70ow-p7e_M1juJBfB5ASuEvACAdG8cxga1mOr349PRsPAydEko0ghYKD6CrA",
      "MiuE0H3e9M-QYbrWijWXMQ",
    ].join("."),
  },
  reference: {
    name: "__Host-session",
    key: "2e5212486a3a9559fea4ce539cd94d9740ae8512a20b5095faa33fbd4e602af8",
    kid: "lAYx8A",
    header: '{"alg":"HS256","kid":"lAYx8A"}',
    token: [
      "eyJhbGciOiJIUzI1NiIsImtpZCI6ImxBWXg4QSJ9",
      "eyJzaWQiOiJBQUVDQXdRRkJnY0lDUW9MREEwT0R3IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTc4OTc2MDAsInIiOjF9",
      "4qPfbv685k_QpgPXblPzxJLjrb60aIqHmsYxp_xkMUE",
    ].join("."),
  },
  generation: {
    name: "__Host-session",
    key: "2e5212486a3a9559fea4ce539cd94d9740ae8512a20b5095faa33fbd4e602af8",
    kid: "lAYx8A",
    header: '{"alg":"HS256","kid":"lAYx8A"}',
    token: [
      "eyJhbGciOiJIUzI1NiIsImtpZCI6ImxBWXg4QSJ9",
      "eyJzaWQiOiJBQUVDQXdRRkJnY0lDUW9MREEwT0R3IiwiaWF0IjoxNzk1MzA5MjAwLCJleHAiOjE3OTc4OTc2MDAsInN0YXJ0IjoxNzk1MzA1NjAwLCJnIjoxLCJyIjoxfQ",
      "A4nArGsjs3jl0tBPvxZZfEfLV-Eb1KE3ENcVnPx88oM",
    ].join("."),
  },
  copy: {
    name: "__Host-session",
    key: "b4f58be128f2fa28fc4deb48257970cfdca7c85d6a7b2707dfac0ca4dcdc3df0",
    kid: "15ocOw",
    header: '{"alg":"HS256","kid":"15ocOw"}',
    token: [
      "eyJhbGciOiJIUzI1NiIsImtpZCI6IjE1b2NPdyJ9",
      "eyJzaWQiOiJBQUVDQXdRRkJnY0lDUW9MREEwT0R3IiwiaWF0IjoxNzk1MzA5MjAwLCJleHAiOjE3OTY1MTg4MDAsInN0YXJ0IjoxNzk1MzA1NjAwLCJnIjoxLCJzdWIiOiJhZGEiLCJ2IjozLCJ0IjoxNzk1MzA5MjAwLCJkIjp7InZpc2l0cyI6MX19",
      "dWrxPTLQ5N8YUeSwXrX1EjNaO0PJ-henHh1CliR3X3A",
    ].join("."),
  },
} as const;

/** The signed one in two cookies. */
export const CHUNKED: Record<string, string> = {
  "__Host-session": `2~${VECTORS.signed.token.slice(0, 120)}`,
  "__Host-session.1": VECTORS.signed.token.slice(120),
};
