/** A value, or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

/** Calls `next` at once unless `value` is a promise, so that with a synchronous HMAC the whole request stays synchronous. */
export function andThen<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return isPromise(value) ? value.then(next) : next(value);
}

/** The result of `run`, or the fallback if `run` throws or rejects. */
export function withFallback<T>(run: () => Awaitable<T>, fallback: T): Awaitable<T> {
  try {
    const value = run();
    return isPromise(value) ? value.catch(() => fallback) : value;
  } catch {
    return fallback;
  }
}

/** Not instanceof: a promise may come from another realm. */
export function isPromise<T>(value: Awaitable<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && typeof (value as Partial<Promise<T>>).then === "function";
}
