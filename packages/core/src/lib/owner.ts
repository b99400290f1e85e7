import { SessionError } from "./errors.ts";

/** A lone half of a surrogate pair: no UTF-8 has it, so stores would turn two different owners into the same text. */
const loneSurrogate = /\p{Surrogate}/u;

/**
 * Throws `ERR_INVALID_ARGUMENT` unless the owner is a text that every store keeps as it is: not empty, without NUL (PostgreSQL
 * refuses it) and without lone surrogates.
 */
export function assertOwner(method: string, owner: unknown): asserts owner is string {
  if (typeof owner !== "string" || owner === "") {
    const cure = "Give the user's id as text, like String(user.id)";
    throw new SessionError("ERR_INVALID_ARGUMENT", `${method} needs the user's id, a non-empty string. ${cure}.`);
  }
  if (!owner.includes("\0") && !loneSurrogate.test(owner)) return;
  const cure = "Encode the id, for example by encodeURIComponent or as base64url";
  throw new SessionError(
    "ERR_INVALID_ARGUMENT",
    `${method} needs the user's id as well-formed text, but it has a NUL character or half of a surrogate pair. ${cure}.`,
  );
}
