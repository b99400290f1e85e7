/** Milliseconds after which nobody waits any longer for whom is before: on Workers, a request that was cancelled never ends. */
const PATIENCE = 1000;

/**
 * Work on one thing, one after another within this process: so that of many who were overtaken at once each needs one more
 * attempt, not as many as there are others. It is no lock: who waits too long goes ahead.
 */
export class Turns<T> {
  readonly #last = new Map<string, Promise<T>>();

  /** `before` is what came of the work of who was before, where somebody was and it is known. */
  async take(thing: string, work: (before: T | undefined) => Promise<T>): Promise<T> {
    const last = this.#last.get(thing);
    const mine = last === undefined ? work(undefined) : outcomeOf(last).then(work);
    this.#last.set(thing, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(thing) === mine) this.#last.delete(thing);
    }
  }
}

/** Undefined where it failed, or took too long. */
async function outcomeOf<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, PATIENCE);
  });
  const outcome = await Promise.race([work, late]).catch(() => undefined);
  clearTimeout(timer);
  return outcome;
}
