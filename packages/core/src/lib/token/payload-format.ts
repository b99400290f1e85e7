import type { Awaitable } from "../awaitable.ts";
import { base64urlToText, textToBase64url } from "./base64url.ts";

/** How the text of claims stands in a token's payload. */
export interface PayloadFormat {
  /** What a token's protected header says of it. */
  readonly header: Readonly<Record<string, string>>;
  /** As base64url; undefined where this format does not pay. */
  encode(text: string): Awaitable<string | undefined>;
  /** Throws or rejects where the payload is not of this format. */
  decode(payload: string): Awaitable<string>;
}

export const plain: PayloadFormat = { header: {}, encode: textToBase64url, decode: base64urlToText };
