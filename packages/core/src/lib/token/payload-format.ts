import type { Awaitable } from "../awaitable.ts";
import { base64urlToText, textToBase64url } from "./base64url.ts";

/** How the text of claims is encoded in a token's payload. */
export interface PayloadFormat {
  /** The members that this format adds to a token's protected header. */
  readonly header: Readonly<Record<string, string>>;
  /** The payload as base64url. Undefined if the token is better issued without this format. */
  encode(text: string): Awaitable<string | undefined>;
  /** The text of a payload. Throws or rejects if the payload does not have this format. */
  decode(payload: string): Awaitable<string>;
}

/** The text itself, without compression. */
export const plain: PayloadFormat = { header: {}, encode: textToBase64url, decode: base64urlToText };
