/** The ids of each owner's records. Drops an owner that has no records left. */
export class OwnerIndex {
  readonly #ids = new Map<string, Set<string>>();

  /** The number of owners. */
  get size(): number {
    return this.#ids.size;
  }

  of(owner: string): string[] {
    return [...(this.#ids.get(owner) ?? [])];
  }

  add(owner: string | undefined, id: string): void {
    if (owner === undefined) return;
    const ids = this.#ids.get(owner);
    if (ids) ids.add(id);
    else this.#ids.set(owner, new Set([id]));
  }

  remove(owner: string | undefined, id: string): void {
    if (owner === undefined) return;
    const ids = this.#ids.get(owner);
    ids?.delete(id);
    if (ids?.size === 0) this.#ids.delete(owner);
  }
}
