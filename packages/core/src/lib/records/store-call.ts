import { assertOption, SessionError } from "../errors.ts";
import type { RequestContext } from "../request.ts";
import type { StoreOperations } from "../store.ts";

type Operation = Exclude<keyof StoreOperations, "atomic" | "neverEvict" | "cureFor">;

/** Runs one operation of a store. Any failure becomes an event, and an `ERR_STORE` with its cause. */
export type StoreCall = <T>(operation: Operation, context: RequestContext, run: () => Promise<T>) => Promise<T>;

/** For the error message: the known state after each operation has failed. */
export type Outcomes = Record<Operation, string>;

const sessionOutcomes: Outcomes = {
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

/** Milliseconds. A client that queues its commands while the server is down would hold a request for ever. */
const DEFAULT_TIMEOUT = 10_000;

/** Milliseconds: timers take 31 bits, and fire at once beyond. */
const LONGEST_TIMEOUT = 2_147_483_647;

/** `timeout` in milliseconds. A sweep takes as long as it takes. */
export function storeCall(
  store: StoreOperations,
  timeout: number = DEFAULT_TIMEOUT,
  outcomes: Outcomes = sessionOutcomes,
): StoreCall {
  const rule = `must be milliseconds, above 0 and at most ${LONGEST_TIMEOUT}`;
  assertOption(typeof timeout === "number" && timeout > 0 && timeout <= LONGEST_TIMEOUT, "storeTimeout", rule);
  return async (operation, context, run) => {
    try {
      return await (operation === "sweep" ? run() : within(timeout, run()));
    } catch (cause) {
      context.emit({ type: "store-failed", operation });
      const cure = cureOf(cause, store);
      const sentences = [`The session store failed to ${operation}: ${reasonOf(cause)}`, cure, outcomes[operation]];
      const message = sentences.filter(Boolean).join(". ");
      throw new SessionError("ERR_STORE", `${message}.`, { cause });
    }
  };
}

/** True if an operation got no answer in time. The store may answer the next one no sooner. */
export function isLate({ cause }: SessionError): boolean {
  return cause instanceof LateError;
}

class LateError extends Error {
  readonly cure = "The server is down, overloaded or not reached, or its client is not connected and waits";

  constructor(timeout: number) {
    super(`no answer within ${timeout} ms (storeTimeout)`);
  }
}

/** A store's author may not have thought of every error. */
function cureOf(cause: unknown, store: StoreOperations): string | undefined {
  try {
    return cause instanceof LateError ? cause.cure : store.cureFor?.(cause);
  } catch {
    return undefined;
  }
}

/** Some errors have no message, but a code (Node's for a name with several addresses) or a name (time-outs of node-redis). */
function reasonOf(cause: unknown): string {
  const { message, code } = Object(cause) as { message?: string; code?: string };
  return String(message || code || Object(cause).constructor?.name).replace(/\.$/, "");
}

/** By hand, because Promise.race costs more. A store in JavaScript may answer without a promise. */
function within<T>(timeout: number, running: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new LateError(timeout)), timeout);
    const settled =
      <Args extends unknown[]>(settle: (...args: Args) => void) =>
      (...args: Args) => {
        clearTimeout(timer);
        settle(...args);
      };
    Promise.resolve(running).then(settled(resolve), settled(reject));
  });
}
