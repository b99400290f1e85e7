import { type ObjectStorage, seconds } from "./object-storage.ts";

interface Entry {
  /** The session has expired by then. */
  readonly until: number;
  readonly addedAt: number;
}

/** Seconds within which a session that was listed is written, by far. */
const WRITING = 600;

/** The ids of one owner's sessions in a Durable Object: perhaps some that are none of his any more, but never too few. */
export class OwnedSessions {
  readonly #storage: ObjectStorage;

  constructor(storage: ObjectStorage) {
    this.#storage = storage;
  }

  async ids(): Promise<string[]> {
    return [...(await this.#storage.list<Entry>()).keys()];
  }

  async add(id: string, until: number): Promise<void> {
    const known = await this.#storage.get<Entry>(id);
    const entry: Entry = { until: Math.max(until, known?.until ?? 0), addedAt: seconds() };
    const writing = [this.#storage.put(id, entry)];
    if ((await this.#storage.getAlarm()) === null) writing.push(this.#storage.setAlarm(entry.until * 1000));
    await Promise.all(writing);
  }

  /** Takes out the ids of sessions that will never be written again. */
  async remove(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.#storage.delete(id)));
  }

  /** Takes out ids of which no session was found, except where it may be about to be written. */
  async repair(ids: readonly string[]): Promise<void> {
    const entries = await this.#storage.list<Entry>();
    await this.remove(ids.filter((id) => (entries.get(id)?.addedAt ?? 0) < seconds() - WRITING));
  }

  /** Takes out what has expired, and tells when the alarm has to ring again. */
  async expiry(): Promise<number | undefined> {
    const entries = [...(await this.#storage.list<Entry>())];
    await this.remove(entries.filter(([, { until }]) => until <= seconds()).map(([id]) => id));
    const left = entries.map(([, { until }]) => until).filter((until) => until > seconds());
    return left.length === 0 ? undefined : Math.min(...left);
  }
}
