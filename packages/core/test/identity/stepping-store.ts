import type { StoreOperations } from "../../src/index.ts";
import type { Fault } from "../../src/testing.ts";
import { bound } from "../bound.ts";
import type { Pace } from "./pace.ts";

/** What happens to the calls of a store. */
export interface Calls {
  readonly pace: Pace;
  /** False while the calls are to be answered at once. */
  readonly isLive: boolean;
  /** Whether an answer takes a step of its own. */
  readonly slowAnswers: boolean;
  /** Asked at every call: where it is to fail. */
  nextFault(): Fault | undefined;
  /** Told what has happened. */
  log(text: string): void;
  /** Short names in place of random ids. */
  nameOf(id: string): string;
}

/** The same store, but each operation waits for its turn, and may fail. */
export function steppingStore(operations: StoreOperations, who: string, calls: Calls): StoreOperations {
  const { pace } = calls;

  async function call<T>(operation: string, id: string, run: () => Promise<T>): Promise<T> {
    if (!calls.isLive) return run();
    const text = `${who}: ${operation} ${calls.nameOf(id)}`;
    const fault = calls.nextFault();
    await pace.step(text);
    if (fault === "before") throw failed(`${text} fails before it takes effect`);
    const result = await run();
    if (fault === "after") throw failed(`${text} fails after it took effect`);
    calls.log(`${text} -> ${describe(result)}`);
    if (calls.slowAnswers) await pace.step(`${text} is answered`);
    return result;
  }

  function failed(text: string): Error {
    calls.log(text);
    return new Error(text);
  }

  const { read, create, update, touch, delete: remove, list } = bound(operations);
  return {
    read: (id) => call("read", id, () => read(id)),
    create: (id, record) => call("create", id, () => create(id, record)),
    update: (id, record, version) => call("update", id, () => update(id, record, version)),
    touch: (...args) => call("touch", args[0], () => touch(...args)),
    delete: (id) => call("delete", id, () => remove(id)),
    ...(list && { list: (owner) => call("list", owner, () => list(owner)) }),
  };
}

function describe(result: unknown): string {
  if (Array.isArray(result)) return `${result.length} records`;
  if (typeof result !== "object" || result === null) return result === undefined ? "nothing" : String(result);
  const { version, owner } = result as { version: number; owner?: string };
  return `version ${version}${owner === undefined ? "" : ` of ${owner}`}`;
}
