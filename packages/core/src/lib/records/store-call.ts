import { assertOption, SessionError } from "../errors.ts";
import type { RequestContext } from "../request.ts";
import type { StoreOperations } from "../store.ts";

type Operation = Exclude<keyof StoreOperations, "atomic" | "neverEvict">;

/** Runs one operation of a store. Any failure becomes an event, and an `ERR_STORE` with its cause. */
export type StoreCall = <T>(operation: Operation, context: RequestContext, run: () => Promise<T>) => Promise<T>;

/** For the error message: the known state after each operation has failed. */
export type Outcomes = Record<Operation, string>;

export const sessionOutcomes: Outcomes = {
  read: "Nothing was changed. Nobody was logged out",
  list: "Nothing was changed. Nobody was logged out",
  create: "No session has begun; a former one is as it was",
  update: "Whether it was saved is not known: repeat the request",
  touch: "Whether the session's life was prolonged is not known",
  delete: "Whether the session has ended is not known: repeat the request",
  sweep: "Some expired records may be left",
};

export const noteOutcomes: Outcomes = {
  ...sessionOutcomes,
  create: "Whether this was remembered is not known: repeat the request",
  update: "Whether this was remembered is not known: repeat the request",
};

/** `timeout` in milliseconds. Undefined: it waits as long as the operation takes. */
export function storeCall(timeout: number | undefined, outcomes: Outcomes): StoreCall {
  assertOption(timeout === undefined || timeout > 0, "storeTimeout", "must be milliseconds, above 0");
  return async (operation, context, run) => {
    try {
      return await (timeout === undefined ? run() : within(timeout, run()));
    } catch (cause) {
      context.emit({ type: "store-failed", operation });
      const message = `The session store failed to ${operation}. ${outcomes[operation]}. The error's cause says why.`;
      throw new SessionError("ERR_STORE", message, { cause });
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
