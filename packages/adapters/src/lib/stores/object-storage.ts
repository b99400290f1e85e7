/**
 * What is used of a Durable Object's storage, with SQLite behind it.
 *
 * Reading and writing go by `kv`, which is synchronous: steps without an await between them are one atomic step. Two calls
 * of an object that await something can be interleaved, although storage holds other events back meanwhile.
 */
export interface ObjectStorage {
  readonly kv: {
    get<T>(key: string): T | undefined;
    list<T>(options: { prefix: string }): Iterable<[key: string, value: T]>;
    put(key: string, value: unknown): void;
    delete(key: string): boolean;
  };
  deleteAll(): Promise<void>;
  getAlarm(): Promise<number | null>;
  /** In milliseconds since the epoch. */
  setAlarm(time: number): Promise<void>;
  deleteAlarm(): Promise<void>;
}

/** Whole seconds since the epoch. */
export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
