/** Which ids belong to an owner. Owners without any are forgotten. */
export class OwnerIndex {
  readonly #ids = new Map<string, Set<string>>();

  /** How many owners there are. */
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
