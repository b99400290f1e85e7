import type { SessionRecord, StoreOperations } from "../../src/index.ts";
import { bound } from "../bound.ts";

/** A store that remembers which ids it was given, so that it can be put back to what it was. */
export class KnownStore {
  readonly operations: StoreOperations;
  readonly #ids = new Set<string>();

  constructor(operations: StoreOperations) {
    const create: StoreOperations["create"] = (id, record) => {
      this.#ids.add(id);
      return operations.create(id, record);
    };
    this.operations = { ...bound(operations), create };
  }

  async all(): Promise<Map<string, SessionRecord>> {
    const found = await Promise.all([...this.#ids].map(async (id) => [id, await this.operations.read(id)] as const));
    return new Map(found.flatMap(([id, record]) => (record ? [[id, record] as const] : [])));
  }

  async reset(records: ReadonlyMap<string, SessionRecord>): Promise<void> {
    await Promise.all([...this.#ids].map((id) => this.operations.delete(id)));
    await Promise.all([...records].map(([id, record]) => this.operations.create(id, record)));
  }
}
