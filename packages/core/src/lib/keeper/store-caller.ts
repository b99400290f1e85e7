import type { Settings } from "../config.ts";
import { check, SessionError } from "../errors.ts";
import type { RequestLike } from "../load.ts";

/** Runs one operation of a store. Whatever goes wrong is an `ERR_STORE` with its cause, and an event. */
export type StoreCaller = <T>(operation: string, request: RequestLike, run: () => Promise<T>) => Promise<T>;

/** `timeout` in milliseconds; undefined to wait for as long as it takes. */
export function storeCaller({ onEvent }: Settings, timeout: number | undefined): StoreCaller {
  check(timeout === undefined || timeout > 0, "storeTimeout", "must be milliseconds, above 0");
  return async (operation, request, run) => {
    try {
      return await (timeout === undefined ? run() : within(timeout, run()));
    } catch (cause) {
      onEvent({ type: "store-failed", operation }, request);
      throw new SessionError("ERR_STORE", `The session store failed to ${operation}. Nobody was logged out.`, {
        cause,
      });
    }
  };
}

async function within<T>(timeout: number, running: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeout} ms (storeTimeout)`)), timeout);
  });
  try {
    return await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
  }
}
