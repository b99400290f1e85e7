import { check } from "../errors.ts";
import { Line, type Place } from "./line.ts";
import { OwnerIndex } from "./owner-index.ts";
import type { StoreOperations, UpdateResult } from "./store.ts";
import { defineStore, type OwnedRecord, type SessionRecord, type SessionStore } from "./store.ts";

/** What `memoryStore` takes. */
export interface MemoryStoreOptions {
  /** How many records it keeps at most. Default 100 000. */
  readonly max?: number;
  /** The clock, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/**
 * Keeps records in this process: for tests, for development, and for one process whose sessions may end with it.
 *
 * It sets no timers: every insertion looks for a few expired records and removes them, `sweep` removes all. Where that does
 * not keep it within `max`, the record written longest ago goes: who can make many sessions can end those of others.
 */
export function memoryStore({ max = 100_000, now = Date.now }: MemoryStoreOptions = {}): SessionStore {
  check(Number.isSafeInteger(max) && max > 0, "max", `must be a whole number above 0, but is ${String(max)}`);
  return defineStore(new MemoryOperations(max, now));
}

interface Entry {
  readonly id: string;
  readonly record: SessionRecord;
}

/** More than one, so that the expired ones go faster than new ones come. */
const LOOKED_AT_PER_INSERTION = 8;

/** The operations, each in one step: there is no await between reading and writing. */
export class MemoryOperations implements StoreOperations {
  readonly #max: number;
  readonly #now: () => number;
  readonly #owners: OwnerIndex;
  readonly #entries = new Map<string, Place<Entry>>();
  readonly #written = new Line<Entry>();
  /** Where the search for expired records goes on. Undefined: at the oldest. */
  #next: Place<Entry> | undefined;

  constructor(max: number, now: () => number, owners: OwnerIndex = new OwnerIndex()) {
    this.#max = max;
    this.#now = now;
    this.#owners = owners;
  }

  async read(id: string): Promise<SessionRecord | undefined> {
    const record = this.#find(id);
    return record && { ...record };
  }

  async create(id: string, record: SessionRecord): Promise<boolean> {
    if (this.#find(id)) return false;
    this.#write(id, record);
    this.#makeRoom();
    return true;
  }

  async update(id: string, record: SessionRecord, version: number): Promise<UpdateResult> {
    const found = this.#find(id);
    if (found === undefined) return "missing";
    if (found.version !== version) return "changed";
    this.#write(id, record);
    return "saved";
  }

  async touch(id: string, usedAt: number, expiresAt: number): Promise<boolean> {
    const found = this.#find(id);
    if (found === undefined) return false;
    this.#write(id, { ...found, usedAt, expiresAt });
    return true;
  }

  async delete(id: string): Promise<void> {
    this.#remove(this.#entries.get(id));
  }

  async list(owner: string): Promise<OwnedRecord[]> {
    return this.#owners.of(owner).flatMap((id) => {
      const record = this.#find(id);
      return record ? [{ id, record: { ...record } }] : [];
    });
  }

  /** Removes every expired record: the number is bounded by `max`. */
  async sweep(): Promise<number> {
    const before = this.#entries.size;
    this.#removeExpired(before);
    return before - this.#entries.size;
  }

  #find(id: string): SessionRecord | undefined {
    const place = this.#entries.get(id);
    if (place === undefined || !this.#isExpired(place.value)) return place?.value.record;
    this.#remove(place);
    return undefined;
  }

  #write(id: string, record: SessionRecord): void {
    // Not deleted first: a Map that keys leave and enter all the time is made anew again and again.
    this.#detach(this.#entries.get(id));
    this.#entries.set(id, this.#written.append({ id, record: { ...record } }));
    this.#owners.add(record.owner, id);
  }

  #remove(place: Place<Entry> | undefined): void {
    this.#detach(place);
    if (place !== undefined) this.#entries.delete(place.value.id);
  }

  #detach(place: Place<Entry> | undefined): void {
    if (place === undefined) return;
    if (this.#next === place) this.#next = place.newer;
    this.#written.remove(place);
    this.#owners.remove(place.value.record.owner, place.value.id);
  }

  #makeRoom(): void {
    this.#removeExpired(LOOKED_AT_PER_INSERTION);
    if (this.#entries.size > this.#max) this.#remove(this.#written.oldest);
  }

  /** Looks at so many records, round and round. */
  #removeExpired(count: number): void {
    for (let looked = 0; looked < count; looked++) {
      const place = this.#next ?? this.#written.oldest;
      if (place === undefined) return;
      this.#next = place.newer;
      if (this.#isExpired(place.value)) this.#remove(place);
    }
  }

  #isExpired({ record }: Entry): boolean {
    return this.#now() >= record.expiresAt * 1000;
  }
}
