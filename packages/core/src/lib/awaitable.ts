export type Awaitable<T> = T | Promise<T>;

/** Goes on at once where there is nothing to wait for: a synchronous HMAC keeps the whole way synchronous. */
export function andThen<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return isPromise(value) ? value.then(next) : next(value);
}

/** The fallback where `run` throws or rejects. */
export function orElse<T>(run: () => Awaitable<T>, fallback: T): Awaitable<T> {
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
