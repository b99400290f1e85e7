import { defineStore, type SessionStore } from "../backend/define-store.ts";
import { assertOption } from "../errors.ts";
import type { StoreOperations } from "../store.ts";

/** The name of a store's operation. */
export type StoreOperation = Exclude<keyof StoreOperations, "atomic" | "neverEvict" | "cureFor">;

/** Where a call fails. `before`: it never reaches the store. `after`: the store does its work, but the answer is lost. */
export type Fault = "before" | "after";

/**
 * The faults of a store. Default: none. A function is called for every operation, and makes a test deterministic; its `id` is
 * the key of the record, for `list` the owner, and for `sweep` an empty string.
 */
export interface FaultyOptions {
  /** Extra milliseconds of a call: half of them on the way to the store, half on the way back. */
  readonly latency?: number | ((operation: StoreOperation, id: string) => number);
  /** Makes calls reject with an Error. A number is the probability from 0 to 1; half of these faults are `before`. */
  readonly failure?: number | ((operation: StoreOperation, id: string) => Fault | undefined);
  /** Makes an update or touch resolve with `changed` and write nothing. A number is the probability from 0 to 1. */
  readonly conflict?: number | ((id: string) => boolean);
}

/**
 * Makes a store slow, failing or contended, to test how an application handles it. Throws `ERR_INVALID_OPTION` on a number out
 * of range.
 */
export function faulty({ operations }: SessionStore, options: FaultyOptions = {}): SessionStore {
  const { latencyOf, faultOf, conflicts } = readOptions(options);

  async function call<T>(operation: StoreOperation, id: string, run: () => Promise<T>): Promise<T> {
    const latency = latencyOf(operation, id);
    const fault = faultOf(operation, id);
    await wait(latency / 2);
    if (fault === "before") throw new Error(`faulty: ${operation} failed before it reached the store`);
    const result = await run();
    await wait(latency / 2);
    if (fault === "after") throw new Error(`faulty: ${operation} reached the store, but its answer was lost`);
    return result;
  }

  const { list, sweep, neverEvict, cureFor, atomic } = operations;
  return defineStore({
    read: (id) => call("read", id, () => operations.read(id)),
    create: (id, record) => call("create", id, () => operations.create(id, record)),
    update: (id, record, version) =>
      call("update", id, async () => (conflicts(id) ? "changed" : operations.update(id, record, version))),
    touch: (id, usedAt, expiresAt, version) =>
      call("touch", id, async () => (conflicts(id) ? "changed" : operations.touch(id, usedAt, expiresAt, version))),
    delete: (id) => call("delete", id, () => operations.delete(id)),
    ...(list && { list: (owner, limit) => call("list", owner, () => list.call(operations, owner, limit)) }),
    ...(sweep && { sweep: () => call("sweep", "", () => sweep.call(operations)) }),
    ...(neverEvict && { neverEvict: () => neverEvict.call(operations) }),
    ...(cureFor && { cureFor: (error) => cureFor.call(operations, error) }),
    ...(atomic !== undefined && { atomic }),
  });
}

/** Checks the options, and turns numbers into functions. */
function readOptions({ latency = 0, failure = 0, conflict = 0 }: FaultyOptions) {
  assertOption(typeof latency === "function" || latency >= 0, "latency", "must be milliseconds, or a function");
  return {
    latencyOf: typeof latency === "function" ? latency : () => latency,
    faultOf: typeof failure === "function" ? failure : faultsBy(chance("failure", failure)),
    conflicts: typeof conflict === "function" ? conflict : chance("conflict", conflict),
  };
}

function chance(option: string, probability: number): () => boolean {
  assertOption(probability >= 0 && probability <= 1, option, "must be a number from 0 to 1, or a function");
  return () => Math.random() < probability;
}

function faultsBy(happens: () => boolean): () => Fault | undefined {
  return () => (happens() ? (Math.random() < 0.5 ? "before" : "after") : undefined);
}

/** Sets no timer for 0 milliseconds. */
async function wait(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
