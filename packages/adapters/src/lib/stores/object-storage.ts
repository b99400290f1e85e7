/**
 * What is used of a Durable Object's storage. No other event reaches the object while one of these is awaited, so steps with
 * nothing else between them are one atomic step.
 */
export interface ObjectStorage {
  get<T>(key: string): Promise<T | undefined>;
  list<T>(): Promise<Map<string, T>>;
  put(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<boolean>;
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
