/** base64url without padding (RFC 4648 section 5, RFC 7515 section 2). */

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder("utf-8", { fatal: true });
const nonAscii = /[\u0080-\uffff]/;

export function bytesToBase64url(bytes: Uint8Array): string {
  return encode(toBinary(bytes));
}

export function base64urlToBytes(text: string): Uint8Array<ArrayBuffer> {
  return fromBinary(decode(text));
}

/** UTF-8 text; ASCII, the usual case, takes no detour through bytes. */
export function textToBase64url(text: string): string {
  return encode(nonAscii.test(text) ? toBinary(utf8Encoder.encode(text)) : text);
}

/** Throws where the text is not base64url of valid UTF-8. */
export function base64urlToText(text: string): string {
  const binary = decode(text);
  return nonAscii.test(binary) ? utf8Decoder.decode(fromBinary(binary)) : binary;
}

function encode(binary: string): string {
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function decode(text: string): string {
  return atob(text.replaceAll("-", "+").replaceAll("_", "/"));
}

function toBinary(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return binary;
}

function fromBinary(binary: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
