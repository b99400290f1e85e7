import type { HmacProvider } from "../src/index.ts";

/** A digest in place of the MAC, which nobody forges here, so that nothing has to be waited for but a store. */
export const instantHmac: HmacProvider = {
  importKey: () => ({ sign: digest, verify: (text, signature) => digest(text) === signature }),
};

function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return `${hash.toString(36).padStart(42, "0")}A`;
}
