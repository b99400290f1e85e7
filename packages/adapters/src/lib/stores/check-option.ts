import { SessionError } from "@websession/core";

/** Throws `ERR_INVALID_OPTION` unless the rule for an option of a store holds. */
export function checkOption(holds: boolean, rule: string): void {
  if (!holds) throw new SessionError("ERR_INVALID_OPTION", `${rule}.`);
}
