/** What went wrong, for code that has to tell the cases apart. */
export type SessionErrorCode =
  | "ERR_CONFLICT"
  | "ERR_INVALID_ARGUMENT"
  | "ERR_INVALID_DATA"
  | "ERR_INVALID_OPTION"
  | "ERR_NOT_SERIALIZABLE"
  | "ERR_SESSION_COMMITTED"
  | "ERR_STORE"
  | "ERR_TOKEN_TOO_LARGE"
  | "ERR_TOO_MANY_SESSIONS";

/**
 * The one error this library throws: wrong configuration, wrong use, or data that can't be kept.
 *
 * What a client sends never causes one. `code` tells the cases apart; the message names the value, the rule and the cure.
 */
export class SessionError extends Error {
  override readonly name = "SessionError";
  readonly code: SessionErrorCode;

  constructor(code: SessionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Throws `ERR_INVALID_OPTION` unless the rule for an option holds. */
export function check(holds: boolean, option: string, rule: string): void {
  if (!holds) throw new SessionError("ERR_INVALID_OPTION", `${option} ${rule}.`);
}

/** The same for a rule that a pattern tells; so does the message. */
export function checkPattern(pattern: RegExp, option: string, value: unknown): void {
  check(pattern.test(String(value)), option, `must match ${pattern}, but is ${JSON.stringify(value)}`);
}
