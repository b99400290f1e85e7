import { base64urlToBytes, bytesToBase64url, utf8 } from "./base64url.ts";
import type { PayloadFormat } from "./payload-format.ts";

/** A text with fewer characters is not compressed: it would not be worth the time. */
const WORTH_COMPRESSING = 1024;

/**
 * The most bytes that a token may inflate to. A compression bomb, signed with a stolen key, is rejected as a token and does not
 * stop the server. Deno inflates the whole token before the limit applies. DEFLATE makes at most 1032 bytes of one.
 */
export const MAX_INFLATED = 250_000;

/** The bytes that `zip` adds to the header of a compressed token. */
const MARK_BYTES = ',"zip":"DEF"'.length;

/** False on a runtime without CompressionStream: it issues tokens that are not compressed. */
export function isWorthCompressing({ length }: string): boolean {
  // A character has at most three bytes, so a token that is compressed here also inflates within the limit.
  return length >= WORTH_COMPRESSING && length <= MAX_INFLATED / 3 && typeof CompressionStream === "function";
}

/**
 * Compresses tokens, in `signed({ compress: deflate })` or `encrypted({ compress: deflate })`.
 *
 * The format is DEFLATE without a wrapper (RFC 1951), JOSE's `zip: "DEF"`. Texts below 1024 characters stay as they are.
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
