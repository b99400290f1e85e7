import type { Settings } from "../config.ts";
import type { RequestLike } from "../load.ts";
import type { SessionRecord, StoreOperations } from "../store/store.ts";
import { MAX_ATTEMPTS, pause } from "./attempts.ts";
import { RETIRED_FOR, type Retired, readRetired, retiredRecord } from "./retired.ts";
import type { StoreCaller } from "./store-caller.ts";

/** A session as it was last seen. */
export interface Seen {
  readonly sid: string;
  readonly version: number;
}

/** How sessions in a store end, so that nobody brings them back: not who writes one, nor who gives it a new id. */
export class StoreEnds {
  readonly #store: StoreOperations;
  readonly #settings: Settings;
  readonly #call: StoreCaller;

  constructor(store: StoreOperations, settings: Settings, call: StoreCaller) {
    this.#store = store;
    this.#settings = settings;
    this.#call = call;
  }

  /** What is to be ended under an id. */
  find(sid: string, request: RequestLike): Promise<Seen | Retired | undefined> {
    return this.#call("read", request, async () => {
      const record = await this.#store.read(sid);
      return record && (readRetired(record) ?? { sid, version: record.version });
    });
  }

  /** Ends a session, or the one that goes on for it under other ids. */
  async end(found: Seen | Retired | undefined, request: RequestLike): Promise<void> {
    let alive = found;
    for (let step = 1; alive !== undefined && step <= MAX_ATTEMPTS; step++) {
      alive = await ("heir" in alive ? this.#disinherit(alive, request) : this.#remove(alive, step, request));
    }
    // Overtaken so often, it ends without another look.
    if (alive && "sid" in alive) await this.#delete(alive, request);
  }

  /** The heir's id may be known before there is a record of it: then a note in its place keeps it from being created. */
  async #disinherit({ heir }: Retired, request: RequestLike): Promise<Seen | Retired | undefined> {
    if (heir === undefined) return undefined;
    const note = retiredRecord(1, this.#settings.now());
    const created = await this.#call("create", request, () => this.#store.create(heir, note));
    return created ? undefined : this.find(heir, request);
  }

  /** Lets it expire by compare-and-set: a deletion could take away the note of its heir, unread. */
  async #remove(seen: Seen, step: number, request: RequestLike): Promise<Seen | Retired | undefined> {
    if (this.#store.atomic === false) return void (await this.#delete(seen, request));
    const { sid, version } = seen;
    const now = this.#settings.now();
    const expired: SessionRecord = { ...retiredRecord(version + 1, now), expiresAt: now - RETIRED_FOR };
    const result = await this.#call("update", request, () => this.#store.update(sid, expired, version));
    if (result !== "changed") return undefined;
    await pause(step);
    return this.find(sid, request);
  }

  #delete({ sid }: Seen, request: RequestLike): Promise<void> {
    return this.#call("delete", request, () => this.#store.delete(sid));
  }
}
