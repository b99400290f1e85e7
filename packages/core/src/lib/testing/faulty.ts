import { defineStore, type SessionStore } from "../backend/define-store.ts";
import { assertOption } from "../errors.ts";
import type { StoreOperations } from "../store.ts";

/** One of a store's operations, by its name. */
export type StoreOperation = Exclude<keyof StoreOperations, "atomic" | "neverEvict">;

/** Where a call fails: `before` it reaches the store, or `after` it has done its work and only the answer is lost. */
export type Fault = "before" | "after";

/**
 * What goes wrong, and when. A function is asked at every call, and makes a test deterministic; `id` is the session's id, the
 * owner for `list`, and empty for `sweep`. Left out: nothing goes wrong.
 */
export interface FaultyOptions {
  /** Milliseconds that a call takes longer: half of them on the way to the store, half on the way back. */
  readonly latency?: number | ((operation: StoreOperation, id: string) => number);
  /** Which calls reject with an Error, and where they fail. A number is a probability from 0 to 1, of either place. */
  readonly failure?: number | ((operation: StoreOperation, id: string) => Fault | undefined);
  /** Which updates and touches answer `changed` without writing, as if another had been first. A number is a probability from 0 to 1. */
  readonly conflict?: number | ((id: string) => boolean);
}

/** The same store, but slow, failing or contended: to see how an application takes it. */
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

  const { list, sweep, neverEvict, atomic } = operations;
  return defineStore({
    read: (id) => call("read", id, () => operations.read(id)),
    create: (id, record) => call("create", id, () => operations.create(id, record)),
    update: (id, record, version) =>
      call("update", id, async () => (conflicts(id) ? "changed" : operations.update(id, record, version))),
    touch: (id, usedAt, expiresAt, version) =>
      call("touch", id, async () => (conflicts(id) ? "changed" : operations.touch(id, usedAt, expiresAt, version))),
    delete: (id) => call("delete", id, () => operations.delete(id)),
    ...(list && { list: (owner) => call("list", owner, () => list.call(operations, owner)) }),
    ...(sweep && { sweep: () => call("sweep", "", () => sweep.call(operations)) }),
    ...(neverEvict && { neverEvict: () => neverEvict.call(operations) }),
    ...(atomic !== undefined && { atomic }),
  });
}

/** Numbers become functions. */
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

/** Not even a timer of 0 where there is nothing to wait for. */
async function wait(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
