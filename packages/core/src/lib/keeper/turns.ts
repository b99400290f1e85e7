/** Milliseconds after which nobody waits any longer for whom is before: on Workers, a request that was cancelled never ends. */
const PATIENCE = 1000;

/**
 * Work on one thing, one after another within this process: so that of many who were overtaken at once each needs one more
 * attempt, not as many as there are others. It is no lock: who waits too long goes ahead.
 */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  async take<T>(thing: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(thing);
    const mine = before === undefined ? work() : settled(before).then(work);
    this.#last.set(thing, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(thing) === mine) this.#last.delete(thing);
    }
  }
}

/** However it ends, or when patience does. */
async function settled(promise: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, PATIENCE);
  });
  await Promise.race([promise, late]).catch(() => {});
  clearTimeout(timer);
}
