import { SessionError } from "../errors.ts";
import { longestLifetimeOf } from "../lifetime.ts";
import type { RequestContext } from "../request.ts";
import type { Settings } from "../settings.ts";
import type { SessionRecord, StoreOperations } from "../store.ts";
import { randomId } from "../token/claims.ts";
import type { StoreCall } from "./store-call.ts";

/** How the data of a record or a note would begin if a later version of this library wrote it in another format. */
const LATER_FORMAT = '{"format":';

/**
 * Throws unless the store gave back a record. Its data may still be damaged. Throws `ERR_STORE`, so that it is left alone, if a
 * later version of this library wrote it.
 */
export function assertRecord(found: SessionRecord): void {
  const { version, data, createdAt, usedAt, expiresAt } = Object(found) as SessionRecord;
  const whole = [version, createdAt, usedAt, expiresAt].every(Number.isSafeInteger);
  if (!whole || typeof data !== "string")
    throw new TypeError("a record has a version, three times and its data as text");
  if (!data.startsWith(LATER_FORMAT)) return;
  const cure = "Deploy that version on all servers";
  throw new SessionError("ERR_STORE", `The record was written by a later version of this library. ${cure}.`);
}

/** How a damaged record is put right. */
export interface Repair {
  /** What the record should have been. */
  readonly kind: "record of a session" | "note";
  /** For the error message: what `run` has done. */
  readonly done: string;
  run(): Promise<unknown>;
}

const LEFT =
  "Nothing was changed, because a record that was written for a check did not come back whole either. Check how its client is set up";

/**
 * Puts right what a store gave back and what is no record: otherwise its visitor would get an error for ever.
 *
 * A client that is set up wrongly makes every record look damaged, and one that mixes up answers a whole one. So the record is
 * read twice, and is left alone unless the store gives back a record of our own as it was written.
 */
export class DamageControl {
  readonly #store: StoreOperations;
  readonly #settings: Settings;
  readonly #call: StoreCall;

  constructor(store: StoreOperations, settings: Settings, call: StoreCall) {
    this.#store = store;
    this.#settings = settings;
    this.#call = call;
  }

  /**
   * Resolves with the result of `read`, which throws what is no `SessionError` if the record is damaged. Then rejects with
   * `ERR_STORE`, and the next request finds the record repaired.
   */
  async reading<T>(id: string, read: () => Promise<T>, repair: Repair, context: RequestContext): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof SessionError) throw error;
      return this.#readAgain(id, read, error, repair, context);
    }
  }

  async #readAgain<T>(id: string, read: () => Promise<T>, cause: unknown, repair: Repair, context: RequestContext) {
    const found = await read().catch((error: unknown) => {
      if (error instanceof SessionError) throw error;
    });
    // Some stores remove by themselves what they can't read.
    if (found === undefined) throw await this.#handle(id, cause, repair, context);
    context.emit({ type: "record-damaged", id, repaired: false });
    return found;
  }

  async #handle(id: string, cause: unknown, { kind, done, run }: Repair, context: RequestContext) {
    const repaired = await this.#storeWorks(context);
    if (repaired) await run();
    context.emit({ type: "record-damaged", id, repaired });
    const message = `The session store gave back what is no ${kind}, for ${id}. ${repaired ? done : LEFT}.`;
    return new SessionError("ERR_STORE", message, { cause });
  }

  async #storeWorks(context: RequestContext): Promise<boolean> {
    const id = randomId();
    const usedAt = this.#settings.now();
    const expiresAt = usedAt + longestLifetimeOf(this.#settings.lifetime);
    const record: SessionRecord = { version: 1, data: '{"probe":"é€😀"}', createdAt: usedAt, usedAt, expiresAt };
    try {
      await this.#call("create", context, () => this.#store.create(id, record));
      const found = await this.#call("read", context, () => this.#store.read(id));
      return Object.entries(record).every(([name, value]) => found?.[name as keyof SessionRecord] === value);
    } catch {
      return false;
    } finally {
      // If the delete fails, the record expires.
      await this.#call("delete", context, () => this.#store.delete(id)).catch(() => {});
    }
  }
}
