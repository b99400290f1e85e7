import type { HmacProvider } from "../../src/index.ts";

/**
 * Synchronous, so that a test waits for the store alone. Not HMAC, but as a test needs it: another key, text or length gives
 * other bytes.
 */
export const instantHmac: HmacProvider = {
  importKey(key) {
    const seed = [...key].join();
    const sign = (text: string) => base64url(hash(`${seed}.${text.length}.${text}`));
    return { sign, verify: (text, signature) => sign(text) === signature };
  },
};

/** 32 bytes: two mixed words at a time (cyrb53), each from a start of its own. */
function hash(text: string): Uint8Array {
  const words = [0, 1, 2, 3].flatMap((start) => mix(text, start));
  return new Uint8Array(new Uint32Array(words).buffer);
}

function mix(text: string, start: number): [number, number] {
  let [a, b] = [0xdeadbeef ^ start, 0x41c6ce57 ^ start];
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x9e3779b1);
    b = Math.imul(b ^ text.charCodeAt(i), 0x5f356495);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return [a >>> 0, b >>> 0];
}

function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
