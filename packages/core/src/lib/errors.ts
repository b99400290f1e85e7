/** The kind of error, for code that handles some kinds in its own way. */
export type SessionErrorCode =
  | "ERR_CONFLICT"
  | "ERR_INVALID_ARGUMENT"
  | "ERR_INVALID_DATA"
  | "ERR_INVALID_OPTION"
  | "ERR_NOT_SERIALIZABLE"
  | "ERR_SESSION_COMMITTED"
  | "ERR_SESSION_ENDED"
  | "ERR_STORE"
  | "ERR_TOKEN_TOO_LARGE"
  | "ERR_TOO_MANY_SESSIONS";

/**
 * The only error class of this library: wrong configuration, wrong use, data that can't be kept, or a store that fails.
 *
 * Nothing that a client sends causes one. `code` is the kind of error; the message names the value, the rule and the cure.
 */
export class SessionError extends Error {
  override readonly name = "SessionError";
  readonly code: SessionErrorCode;
  /** The HTTP status for the error handler of a framework: 409 for `ERR_SESSION_ENDED`, else 500. */
  readonly status: 409 | 500;

  constructor(code: SessionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = code === "ERR_SESSION_ENDED" ? 409 : 500;
  }
}

/** Throws `ERR_INVALID_OPTION` unless `valid`; `rule` says in words what the option must be. */
export function assertOption(valid: boolean, option: string, rule: string): void {
  if (!valid) throw new SessionError("ERR_INVALID_OPTION", `${option} ${rule}.`);
}

/** Throws `ERR_INVALID_OPTION` unless the value matches the pattern, which the message shows. */
export function assertPattern(pattern: RegExp, option: string, value: unknown): void {
  assertOption(pattern.test(String(value)), option, `must match ${pattern}, but is ${JSON.stringify(value)}`);
}
