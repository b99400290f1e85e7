/** A request gives up after so many attempts to write, if other requests were always first. */
export const MAX_ATTEMPTS = 100;

/** Waits for a random time, which grows with each attempt, so that two requests that collided do not collide again. */
export function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2 ** attempt, 64)));
}

/** The longest wait for the task ahead, in milliseconds: on Workers, the task of a cancelled request never ends. */
const MAX_WAIT_MS = 1000;

/**
 * Runs the tasks on one key one after another, within this process. If many requests collide, each then needs one more attempt,
 * instead of one for every other request. It is not a lock: a task that has waited too long runs anyway.
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

/** The result of the task. Undefined if it failed or takes too long. */
async function resultInTime<T>(task: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), MAX_WAIT_MS);
  });
  const result = await Promise.race([task, late]).catch(() => undefined);
  clearTimeout(timer);
  return result;
}
