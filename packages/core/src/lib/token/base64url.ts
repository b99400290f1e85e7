/** base64url without padding (RFC 4648 section 5, RFC 7515 section 2). */

const nonAscii = /[\u0080-\uffff]/;

// Shared by all calls: creating one takes as long as using it.
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Bytes that are not valid UTF-8 become U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export function bytesToBase64url(bytes: Uint8Array): string {
  return encode(bytes.reduce((binary, byte) => binary + String.fromCharCode(byte), ""));
}

export function base64urlToBytes(text: string): Uint8Array<ArrayBuffer> {
  const binary = decode(text);
  const bytes = new Uint8Array(binary.length);
  // Uint8Array.from is about twenty times slower on a string.
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** Encodes the text as UTF-8. ASCII, the usual case, needs no array of bytes. */
export function textToBase64url(text: string): string {
  return nonAscii.test(text) ? bytesToBase64url(utf8(text)) : encode(text);
}

/** Throws if the text is not base64url. */
export function base64urlToText(text: string): string {
  const binary = decode(text);
  return nonAscii.test(binary) ? textOf(base64urlToBytes(text)) : binary;
}

function encode(binary: string): string {
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Strict: `atob` alone also accepts the alphabet of base64, padding and white space. */
function decode(text: string): string {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const strict = !text.includes("+") && !text.includes("/") && binary.length === Math.floor((text.length * 3) / 4);
  if (!strict) throw new TypeError("not base64url");
  return binary;
}
