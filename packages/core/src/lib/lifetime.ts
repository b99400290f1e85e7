import { SessionError } from "./errors.ts";

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

/** When a session was started, issued and ends, in seconds since the epoch. */
export interface Span {
  readonly createdAt: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export function readLifetime(options: LifetimeOptions = {}): Lifetime {
  const idle = seconds("idle", options.idle ?? 1_209_600, 1);
  const absolute = seconds("absolute", options.absolute ?? 2_592_000, 1);
  const refresh = seconds("refresh", options.refresh ?? Math.floor(idle / 10), 0);
  if (refresh >= idle) {
    const rule = `lifetime.refresh (${refresh}) must be less than lifetime.idle (${idle}), or sessions end in active use`;
    throw new SessionError("ERR_INVALID_OPTION", `${rule}. Leave it out for idle / 10.`);
  }
  return { idle, absolute, refresh };
}

/** When a session issued at `issuedAt` ends: whichever timeout comes first. */
export function expiryOf(createdAt: number, issuedAt: number, lifetime: Lifetime): number {
  return Math.min(issuedAt + lifetime.idle, createdAt + lifetime.absolute);
}

/** A shorter lifetime in the configuration of today also ends sessions that were issued under a longer one. */
export function isExpired(span: Span, now: number, lifetime: Lifetime): boolean {
  return now >= Math.min(span.expiresAt, expiryOf(span.createdAt, span.issuedAt, lifetime));
}

export function isRefreshDue(span: Span, now: number, lifetime: Lifetime): boolean {
  return now - span.issuedAt >= lifetime.refresh && expiryOf(span.createdAt, now, lifetime) > span.expiresAt;
}

function seconds(name: keyof Lifetime, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) {
    const rule = `must be a whole number of seconds, at least ${least}`;
    throw new SessionError("ERR_INVALID_OPTION", `lifetime.${name}: ${rule}, but is ${value}.`);
  }
  return value;
}
