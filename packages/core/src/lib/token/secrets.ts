import { assertOption } from "../errors.ts";
import { utf8 } from "./base64url.ts";

/** At least 32 bytes; a string counts in UTF-8. */
export type Secret = string | Uint8Array;

/** Newest first. Undefined throws at construction: it is in the type so that environment variables fit as they are. */
export type Secrets = Secret | undefined | readonly (Secret | undefined)[];

/** The secrets as bytes, newest first. */
export function readSecrets(secrets: Secrets): Uint8Array<ArrayBuffer>[] {
  const [newest, ...older] = [secrets].flat() as (Secret | undefined)[];
  return [newest, ...older].map((secret, index) => {
    const bytes = typeof secret === "string" ? utf8(secret) : Uint8Array.from(secret ?? []);
    const found = secret === undefined ? "is undefined (is the environment variable set?)" : `has ${bytes.length}`;
    const rule = `needs at least 32 bytes, but ${found}. Make one with: openssl rand -base64 32`;
    assertOption(bytes.length >= 32, `secrets[${index}]`, rule);
    return bytes;
  });
}
