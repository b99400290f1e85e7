import { utf8 } from "./base64url.ts";
import { check } from "./errors.ts";

/** At least 32 bytes; a string counts in UTF-8. */
export type Secret = string | Uint8Array;

/** Newest first. An undefined one throws at construction: it is allowed here so that environment variables fit as they are. */
export type Secrets = Secret | undefined | readonly (Secret | undefined)[];

/** The secrets as bytes, newest first. */
export function readSecrets(secrets: Secrets): Uint8Array<ArrayBuffer>[] {
  const list = [secrets].flat() as (Secret | undefined)[];
  check(list.length > 0, "secrets", "must not be empty");
  return list.map((secret, index) => {
    const bytes = typeof secret === "string" ? utf8(secret) : Uint8Array.from(secret ?? []);
    const found = secret === undefined ? "is undefined (is the environment variable set?)" : `has ${bytes.length}`;
    const rule = `needs at least 32 bytes, but ${found}. Make one with: openssl rand -base64 32`;
    check(bytes.length >= 32, `secrets[${index}]`, rule);
    return bytes;
  });
}
