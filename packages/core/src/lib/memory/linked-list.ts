/** A value in a list, with its neighbours. */
export interface ListNode<T> {
  readonly value: T;
  older: ListNode<T> | undefined;
  newer: ListNode<T> | undefined;
}

/**
 * Values in the order of their arrival. Any of them can be removed in constant time.
 *
 * A Map keeps that order too. But to find its first key, V8 walks over all deleted entries: in a flood of new sessions, that is
 * most of the work.
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

  /** The node must be in this list: remove it only once. */
  remove(node: ListNode<T>): void {
    const { older, newer } = node;
    // Otherwise a removed node in V8's old generation would keep all newer nodes alive until the next full garbage collection.
    node.older = undefined;
    node.newer = undefined;
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
  }
}
