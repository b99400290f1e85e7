import { assertOption } from "./errors.ts";

/** How long a session lives, in whole seconds. */
export interface LifetimeOptions {
  /** Inactivity timeout: seconds without a request after which the session is dead. Default 1 209 600 (14 days). */
  readonly idle?: number;
  /** Absolute timeout: seconds after its start at which the session is dead, whatever happens. Default 2 592 000 (30 days). */
  readonly absolute?: number;
  /** An unmodified session is kept alive once this many seconds of its idle time have passed. Default: idle / 10. */
  readonly refresh?: number;
  /** Timeouts of sessions that survive the browser's end ("remember me"). Default: those above. */
  readonly persistent?: { readonly idle?: number; readonly absolute?: number };
}

/** The timeouts of one kind of session. */
export interface Timeouts {
  readonly idle: number;
  readonly absolute: number;
  readonly refresh: number;
}

export interface Lifetime {
  readonly ordinary: Timeouts;
  readonly persistent: Timeouts;
}

/** What is known of a session's times. Those of a token and those of a record are alike. */
export interface SessionTimes {
  /** When it was last used, as far as is written down. */
  readonly iat: number;
  readonly exp: number;
  readonly start: number;
  readonly persistent: boolean;
}

export function readLifetime(options: LifetimeOptions = {}): Lifetime {
  const { idle = 1_209_600, absolute = 2_592_000, refresh, persistent = {} } = options;
  const longer = { idle: persistent.idle ?? idle, absolute: persistent.absolute ?? absolute };
  return {
    ordinary: readTimeouts("lifetime", idle, absolute, refresh),
    persistent: readTimeouts("lifetime.persistent", longer.idle, longer.absolute, refresh),
  };
}

function readTimeouts(
  option: string,
  idle: number,
  absolute: number,
  refresh: number = Math.floor(idle / 10),
): Timeouts {
  const whole = [idle, absolute, refresh].every(Number.isSafeInteger);
  const rule = "must be whole seconds, with absolute above 0 and refresh from 0 to less than idle";
  assertOption(whole && absolute > 0 && refresh >= 0 && refresh < idle, option, rule);
  return { idle, absolute, refresh };
}

export function timeoutsOf(persistent: boolean, lifetime: Lifetime): Timeouts {
  return persistent ? lifetime.persistent : lifetime.ordinary;
}

/** When a session that is used at `usedAt` ends: whichever timeout comes first. */
export function expiryOf(
  { start, persistent }: Pick<SessionTimes, "start" | "persistent">,
  usedAt: number,
  lifetime: Lifetime,
): number {
  const { idle, absolute } = timeoutsOf(persistent, lifetime);
  return Math.min(usedAt + idle, start + absolute);
}

/** When a session ends however much it is used. */
export function absoluteExpiryOf(
  { start, persistent }: Pick<SessionTimes, "start" | "persistent">,
  lifetime: Lifetime,
): number {
  return start + timeoutsOf(persistent, lifetime).absolute;
}

/** The longest that any session can live. */
export function longestLifetimeOf({ ordinary, persistent }: Lifetime): number {
  return Math.max(ordinary.absolute, persistent.absolute);
}

/** A shorter lifetime in today's configuration also ends sessions that were issued under a longer one. */
export function isExpired(times: SessionTimes, now: number, lifetime: Lifetime): boolean {
  return now >= Math.min(times.exp, expiryOf(times, times.iat, lifetime));
}

export function isRefreshDue(times: SessionTimes, now: number, lifetime: Lifetime): boolean {
  const { refresh } = timeoutsOf(times.persistent, lifetime);
  return now - times.iat >= refresh && expiryOf(times, now, lifetime) > times.exp;
}
