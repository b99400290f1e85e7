import type { StoreOperations, StoreOptions } from "../store.ts";
import type { Backend, BackendEnvironment } from "./backend.ts";
import { OverflowBackend } from "./overflow-backend.ts";
import { RevocableBackend } from "./revocable-backend.ts";
import { StoreBackend } from "./store-backend.ts";

/** A store for `createSessions({ store })` or `revocations`. Make one with `defineStore`. */
export interface SessionStore {
  readonly operations: StoreOperations;
  /** For internal use. The store creates the backends, so that applications without a store don't bundle them. */
  readonly backends: StoreBackends;
}

interface StoreBackends {
  /** All of a session's data is in the store. */
  inStore(environment: BackendEnvironment, options: StoreOptions): Backend;
  /** The data is in the token, and the store has notes on ended sessions. */
  revocable(environment: BackendEnvironment, options: StoreOptions): Backend;
  /** The data is in the token, or in the store if it does not fit. */
  overflow(environment: BackendEnvironment, options: StoreOptions, revocations: SessionStore | undefined): Backend;
}

/** Makes a store for `createSessions` from five operations, which `storeContract` can test. */
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
