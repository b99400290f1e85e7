/** A place in a line, and its neighbours. */
export interface Place<T> {
  readonly value: T;
  older: Place<T> | undefined;
  newer: Place<T> | undefined;
}

/**
 * Values in the order in which they came; any of them can leave, in constant time.
 *
 * A Map keeps that order too, but V8 walks past everything that was deleted before it finds the first key: in a flood, that is most of the work.
 */
export class Line<T> {
  #oldest: Place<T> | undefined;
  #newest: Place<T> | undefined;

  get oldest(): Place<T> | undefined {
    return this.#oldest;
  }

  append(value: T): Place<T> {
    const place: Place<T> = { value, older: this.#newest, newer: undefined };
    if (this.#newest) this.#newest.newer = place;
    else this.#oldest = place;
    this.#newest = place;
    return place;
  }

  /** For a place of this line, and once. */
  remove(place: Place<T>): void {
    const { older, newer } = place;
    // Else one that has grown old would keep all that came after it from a small garbage collection.
    place.older = undefined;
    place.newer = undefined;
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
  }
}
