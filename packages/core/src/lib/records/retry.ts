/** Writes of one request that others may overtake before it gives up. */
export const MAX_ATTEMPTS = 100;

/** Longer from one attempt to the next, and by chance, so that two that have collided do not collide again. */
export function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2 ** attempt, 64)));
}

/** How long to wait for the task ahead, in milliseconds: on Workers, a request that was cancelled never ends. */
const MAX_WAIT_MS = 1000;

/**
 * Tasks on one key, one after another within this process: of many that were overtaken at once each then needs one more
 * attempt, not as many as there are others. It is no lock: a task that has waited too long runs.
 */
export class SerialQueue<T> {
  readonly #last = new Map<string, Promise<T>>();

  /** `previous` is the result of the task ahead, if there was one and it finished in time. */
  async run(key: string, task: (previous: T | undefined) => Promise<T>): Promise<T> {
    const last = this.#last.get(key);
    const mine = last === undefined ? task(undefined) : resultInTime(last).then(task);
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}

/** Undefined where the task failed, or takes too long. */
async function resultInTime<T>(task: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, MAX_WAIT_MS);
  });
  const result = await Promise.race([task, late]).catch(() => undefined);
  clearTimeout(timer);
  return result;
}
