import type { StoreOperations } from "../src/index.ts";

/** The operations as plain functions, to be spread and replaced one by one. */
export function bound(operations: StoreOperations): StoreOperations {
  const { list, sweep } = operations;
  return {
    ...fiveOperations({ operations }),
    ...(list && { list: (owner, limit) => list.call(operations, owner, limit) }),
    ...(sweep && { sweep: () => sweep.call(operations) }),
  };
}

/** The operations that every store has. */
export function fiveOperations({ operations }: { readonly operations: StoreOperations }): StoreOperations {
  return {
    read: (id) => operations.read(id),
    create: (id, record) => operations.create(id, record),
    update: (id, record, version) => operations.update(id, record, version),
    touch: (...args) => operations.touch(...args),
    delete: (id) => operations.delete(id),
  };
}
