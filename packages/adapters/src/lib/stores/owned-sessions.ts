import { type ObjectStorage, seconds } from "./object-storage.ts";

interface Entry {
  /** The session has expired by then. */
  readonly until: number;
  readonly addedAt: number;
}

/** An object that holds a session has none of these keys. */
const PREFIX = "owned:";

/** Seconds within which a session that was listed is written, by far. */
const WRITING = 600;

/** The ids of one owner's sessions in a Durable Object: perhaps some that are not the owner's any more, but never too few. */
export class OwnedSessions {
  readonly #storage: ObjectStorage;

  constructor(storage: ObjectStorage) {
    this.#storage = storage;
  }

  ids(): string[] {
    return this.#entries().map(([id]) => id);
  }

  async add(id: string, until: number): Promise<void> {
    const known = this.#storage.kv.get<Entry>(PREFIX + id);
    const entry: Entry = { until: Math.max(until, known?.until ?? 0), addedAt: seconds() };
    this.#storage.kv.put(PREFIX + id, entry);
    if ((await this.#storage.getAlarm()) === null) await this.#storage.setAlarm(entry.until * 1000);
  }

  /** Takes out the id of a session that will never be written again. */
  remove(id: string): void {
    this.#storage.kv.delete(PREFIX + id);
  }

  /** Takes out ids of which no session was found, except where it may be about to be written. */
  repair(ids: readonly string[]): void {
    const entries = new Map(this.#entries());
    for (const id of ids) if ((entries.get(id)?.addedAt ?? 0) < seconds() - WRITING) this.remove(id);
  }

  /** Takes out what has expired, and tells when the next will. */
  sweep(): number | undefined {
    let next: number | undefined;
    for (const [id, { until }] of this.#entries()) {
      if (until <= seconds()) this.remove(id);
      else next = Math.min(until, next ?? until);
    }
    return next;
  }

  #entries(): [id: string, entry: Entry][] {
    const entries = [...this.#storage.kv.list<Entry>({ prefix: PREFIX })];
    return entries.map(([key, entry]) => [key.slice(PREFIX.length), entry]);
  }
}
