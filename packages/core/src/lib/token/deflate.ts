import { base64urlToBytes, bytesToBase64url, utf8 } from "./base64url.ts";
import type { PayloadFormat } from "./payload-format.ts";

/** Characters of text below which compressing is not worth its time. */
const WORTH_COMPRESSING = 1024;

/**
 * Bytes beyond which nothing is inflated: a bomb, signed with a stolen key, is no session rather than a dead server. Deno
 * inflates all of its input before one can stop it: at most 1032 times a token's bytes, as DEFLATE goes.
 */
export const MAX_INFLATED = 250_000;

/** Bytes that the mark of a compressed token costs in its header. */
const MARK_BYTES = ',"zip":"DEF"'.length;

/** Not every runtime has compression; those that lack it issue what is not compressed. */
export function isWorthCompressing({ length }: string): boolean {
  // A character has three bytes at most: what is written here can be read again.
  return length >= WORTH_COMPRESSING && length <= MAX_INFLATED / 3 && typeof CompressionStream === "function";
}

/**
 * For `signed({ compress: deflate })` and `encrypted({ compress: deflate })`: DEFLATE without a wrapper (RFC 1951), as
 * JOSE's `zip: "DEF"` has it.
 */
export const deflate: PayloadFormat = {
  header: { zip: "DEF" },
  encode: (text) => (isWorthCompressing(text) ? compress(text) : undefined),
  decode: async (payload) => decompress(base64urlToBytes(payload)),
};

async function compress(text: string): Promise<string | undefined> {
  const bytes = utf8(text);
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const compressed = new Uint8Array(await new Response(stream).arrayBuffer());
  return compressed.length + MARK_BYTES < bytes.length ? bytesToBase64url(compressed) : undefined;
}

async function decompress(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let length = 0; ; ) {
    const { value, done } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.length;
    if (length > MAX_INFLATED) {
      await reader.cancel();
      throw new RangeError("inflates to more than a session may have");
    }
    text += decoder.decode(value, { stream: true });
  }
}
