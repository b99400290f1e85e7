import { SessionError } from "./errors.ts";

/** NUL, which PostgreSQL refuses, and half of a surrogate pair, which UTF-8 replaces: then two owners would be the same text. */
const unfit = /[\0\p{Surrogate}]/u;

/** Throws `ERR_INVALID_ARGUMENT` unless the owner is a text that every store keeps as it is. */
export function assertOwner(method: string, owner: unknown): asserts owner is string {
  if (typeof owner === "string" && owner !== "" && !unfit.test(owner)) return;
  const rule = "needs the user's id, a non-empty string of whole characters without NUL";
  throw new SessionError("ERR_INVALID_ARGUMENT", `${method} ${rule}. Give text, like String(user.id).`);
}
