/** A value in a list, and its neighbours. */
export interface ListNode<T> {
  readonly value: T;
  older: ListNode<T> | undefined;
  newer: ListNode<T> | undefined;
}

/**
 * Values in the order in which they came; any of them can leave, in constant time.
 *
 * A Map keeps that order too, but V8 walks past everything that was deleted before it finds the first key: in a flood, that is most of the work.
 */
export class LinkedList<T> {
  #oldest: ListNode<T> | undefined;
  #newest: ListNode<T> | undefined;

  get oldest(): ListNode<T> | undefined {
    return this.#oldest;
  }

  append(value: T): ListNode<T> {
    const node: ListNode<T> = { value, older: this.#newest, newer: undefined };
    if (this.#newest) this.#newest.newer = node;
    else this.#oldest = node;
    this.#newest = node;
    return node;
  }

  /** For a node of this list, and once. */
  remove(node: ListNode<T>): void {
    const { older, newer } = node;
    // Otherwise one that has grown old would keep all that came after it from a small garbage collection.
    node.older = undefined;
    node.newer = undefined;
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
  }
}
