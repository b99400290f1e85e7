import { assertOption } from "../errors.ts";
import { utf8 } from "./base64url.ts";

/** A secret of at least 32 bytes. A string counts with its bytes in UTF-8. */
export type Secret = string | Uint8Array;

/**
 * One secret, or a list with the newest first. The first must be set. Others may be undefined or an empty string, so that
 * `[process.env.NEW, process.env.OLD]` works before, during and after a rotation.
 */
export type Secrets = Secret | undefined | readonly (Secret | undefined)[];

/** The secrets as bytes, newest first. */
export function readSecrets(secrets: Secrets): Uint8Array<ArrayBuffer>[] {
  const [newest, ...older] = [secrets].flat() as (Secret | undefined)[];
  return [newest, ...older].flatMap((secret, index) => {
    if (index > 0 && (secret ?? "") === "") return [];
    const bytes = typeof secret === "string" ? utf8(secret) : Uint8Array.from(secret ?? []);
    const found = secret === undefined ? "is undefined (is the environment variable set?)" : `has ${bytes.length}`;
    const rule = `needs at least 32 bytes, but ${found}. Make one with: openssl rand -base64 32`;
    assertOption(bytes.length >= 32, `secrets[${index}]`, rule);
    return bytes;
  });
}
