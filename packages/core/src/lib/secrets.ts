import { SessionError } from "./errors.ts";

/** At least 32 bytes; a string counts in UTF-8. */
export type Secret = string | Uint8Array;

const MIN_BYTES = 32;
const CURE = `Make one with: node -e "console.log(require('crypto').randomBytes(32).toString('base64url'))"`;

/** The secrets as bytes, newest first. */
export function readSecrets(secrets: Secret | readonly Secret[]): readonly Uint8Array<ArrayBuffer>[] {
  const list = Array.isArray(secrets) ? (secrets as readonly Secret[]) : [secrets as Secret];
  if (list.length === 0) {
    throw new SessionError("ERR_INVALID_OPTION", `secrets: the list is empty; it needs at least one secret. ${CURE}`);
  }
  return list.map((secret, index) => readSecret(secret, Array.isArray(secrets) ? `secrets[${index}]` : "secrets"));
}

function readSecret(secret: Secret, name: string): Uint8Array<ArrayBuffer> {
  const bytes = typeof secret === "string" ? new TextEncoder().encode(secret) : secret;
  if (!ArrayBuffer.isView(bytes)) {
    const kind = secret === undefined ? "missing (undefined): is the environment variable set?" : `a ${typeof secret}`;
    throw new SessionError("ERR_INVALID_OPTION", `${name}: must be a string or a Uint8Array, but is ${kind} ${CURE}`);
  }
  if (bytes.byteLength < MIN_BYTES) {
    const rule = `must have at least ${MIN_BYTES} bytes, but has ${bytes.byteLength}`;
    throw new SessionError("ERR_INVALID_OPTION", `${name}: ${rule}. ${CURE}`);
  }
  return Uint8Array.from(bytes);
}
