import { check } from "./errors.ts";
import type { Claims } from "./token/claims.ts";

/** How long a session lives, in whole seconds. */
export interface LifetimeOptions {
  /** Inactivity timeout: seconds without a request after which the session is dead. Default 1 209 600 (14 days). */
  readonly idle?: number;
  /** Absolute timeout: seconds after its start at which the session is dead, whatever happens. Default 2 592 000 (30 days). */
  readonly absolute?: number;
  /** An unmodified session is issued anew once this many seconds of its idle time have passed. Default: idle / 10. */
  readonly refresh?: number;
}

export type Lifetime = Required<LifetimeOptions>;

export function readLifetime({
  idle = 1_209_600,
  absolute = 2_592_000,
  refresh = Math.floor(idle / 10),
}: LifetimeOptions = {}): Lifetime {
  const whole = [idle, absolute, refresh].every(Number.isSafeInteger);
  const rule = "must be whole seconds, with absolute above 0 and refresh from 0 to less than idle";
  check(whole && absolute > 0 && refresh >= 0 && refresh < idle, "lifetime", rule);
  return { idle, absolute, refresh };
}

/** When a session issued at `iat` ends: whichever timeout comes first. */
export function expiryOf(start: number, iat: number, { idle, absolute }: Lifetime): number {
  return Math.min(iat + idle, start + absolute);
}

/** A shorter lifetime in the configuration of today also ends sessions that were issued under a longer one. */
export function isExpired({ iat, exp, start }: Claims, now: number, lifetime: Lifetime): boolean {
  return now >= Math.min(exp, expiryOf(start, iat, lifetime));
}

export function isRefreshDue({ iat, exp, start }: Claims, now: number, lifetime: Lifetime): boolean {
  return now - iat >= lifetime.refresh && expiryOf(start, now, lifetime) > exp;
}
