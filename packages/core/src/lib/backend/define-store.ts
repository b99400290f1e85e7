import type { StoreOperations, StoreOptions } from "../store.ts";
import type { Backend, BackendEnvironment } from "./backend.ts";
import { OverflowBackend } from "./overflow-backend.ts";
import { RevocableBackend } from "./revocable-backend.ts";
import { StoreBackend } from "./store-backend.ts";

/** What `createSessions({ store })` takes: made by `defineStore`. */
export interface SessionStore {
  readonly operations: StoreOperations;
  /** For the core: backends are created by the store, so that applications without a store don't bundle them. */
  readonly backends: StoreBackends;
}

interface StoreBackends {
  /** All of a session's data in the store. */
  inStore(environment: BackendEnvironment, options: StoreOptions): Backend;
  /** Data in the token, and in the store what has ended. */
  revocable(environment: BackendEnvironment, options: StoreOptions): Backend;
  /** Data in the token, or in the store where it does not fit. */
  overflow(environment: BackendEnvironment, options: StoreOptions, revocations: SessionStore | undefined): Backend;
}

/** Makes a store of its five operations. */
export function defineStore(operations: StoreOperations): SessionStore {
  return {
    operations,
    backends: {
      inStore: (environment, options) => new StoreBackend(environment, operations, options),
      revocable: (environment, options) => new RevocableBackend(environment, operations, options),
      overflow: (environment, options, revocations) =>
        new OverflowBackend(environment, operations, options, revocations?.operations),
    },
  };
}
