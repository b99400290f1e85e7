import { SessionError } from "@websession/core";

/** Throws unless what a Worker gives as a binding is one: undefined is what a name that is not bound reads as. */
export function checkBinding(binding: object | undefined, method: string, kind: string): void {
  if (binding !== undefined && binding !== null && method in binding) return;
  const message = `namespace must be a ${kind} binding, but is ${String(binding)}. Is its name in wrangler's configuration?`;
  throw new SessionError("ERR_INVALID_OPTION", message);
}
