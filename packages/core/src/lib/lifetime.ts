import { assertOption } from "./errors.ts";

/** How long a session lives, in whole seconds. */
export interface LifetimeOptions {
  /**
   * Inactivity timeout: the session ends after so many seconds without a request. Default 1 209 600 (14 days), at most 10 years.
   */
  readonly idle?: number;
  /**
   * Absolute timeout: the session ends so many seconds after its start, even if it is in use. Default 2 592 000 (30 days), at
   * most 10 years.
   */
  readonly absolute?: number;
  /** A request that changes nothing moves the expiry only if the last use is so many seconds ago. Default: idle / 10. */
  readonly refresh?: number;
  /** Timeouts of sessions that outlive the browser ("remember me"). Default: `idle` and `absolute`. */
  readonly persistent?: { readonly idle?: number; readonly absolute?: number };
}

/**
 * Ten years in seconds. Every store, cookie and clock can take an end that is this far off; memcached, for example, counts with
 * 32 bits, which end in 2106. It also catches most lifetimes that are given in milliseconds.
 */
export const LONGEST = 315_360_000;

/** Seconds, more than the clocks of two servers differ by. */
export const CLOCK_SKEW = 60;

/** The timeouts of one kind of session. */
export interface Timeouts {
  readonly idle: number;
  readonly absolute: number;
  readonly refresh: number;
}

/** The timeouts of both kinds of session. */
export interface Lifetime {
  readonly ordinary: Timeouts;
  readonly persistent: Timeouts;
}

/** The times of a session in seconds since the epoch. A token and a record have the same ones. */
export interface SessionTimes {
  /** The last use that a token or a record has noted. */
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
  refresh: number = Math.floor(Number(idle) / 10),
): Timeouts {
  const whole = [idle, absolute, refresh].every(Number.isSafeInteger);
  const rule = "must be whole seconds, with absolute above 0 and refresh from 0 to less than idle";
  assertOption(whole && absolute > 0 && refresh >= 0 && refresh < idle, option, rule);
  const bound = `must be seconds, at most ${LONGEST} (10 years). Divide milliseconds by 1000`;
  assertOption(Math.max(idle, absolute) <= LONGEST, option, bound);
  return { idle, absolute, refresh };
}

export function timeoutsOf(persistent: boolean, lifetime: Lifetime): Timeouts {
  return persistent ? lifetime.persistent : lifetime.ordinary;
}

/** When a session that is used at `usedAt` ends: at the earlier of its two timeouts. */
export function expiryOf(
  { start, persistent }: Pick<SessionTimes, "start" | "persistent">,
  usedAt: number,
  lifetime: Lifetime,
): number {
  const { idle, absolute } = timeoutsOf(persistent, lifetime);
  return Math.min(usedAt + idle, start + absolute);
}

/** When a session ends even if it is always in use. */
export function absoluteExpiryOf(
  { start, persistent }: Pick<SessionTimes, "start" | "persistent">,
  lifetime: Lifetime,
): number {
  return start + timeoutsOf(persistent, lifetime).absolute;
}

/** The longest time that any session can live. */
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
