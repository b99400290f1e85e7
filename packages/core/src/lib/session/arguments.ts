import { SessionError } from "../errors.ts";

/** For `persistent`. */
export function assertBoolean(value: unknown): void {
  if (typeof value === "boolean") return;
  throw new SessionError("ERR_INVALID_ARGUMENT", `persistent must be true or false, but is ${kindOf(value)}.`);
}

/** Sessions of express-session call a function when they are done. Here it would never be called, and the request would hang. */
export function assertNoCallback(method: string, given: unknown): void {
  if (typeof given !== "function") return;
  const cure = "Drop it, and put its code after the call: commit does the work, before the response is sent";
  throw new SessionError("ERR_INVALID_ARGUMENT", `${method} takes no callback. ${cure}.`);
}

/** The type of a wrong argument, for an error message. */
export function kindOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}
