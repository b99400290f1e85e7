import { defineStore, type SessionStore } from "../backend/define-store.ts";
import { assertOption } from "../errors.ts";
import type { OwnedRecord, SessionRecord, StoreOperations, UpdateResult } from "../store.ts";
import { LinkedList, type ListNode } from "./linked-list.ts";
import { OwnerIndex } from "./owner-index.ts";

/** The options of `memoryStore`. */
export interface MemoryStoreOptions {
  /** The most records that it keeps. Default 100 000, at most 16 000 000. */
  readonly max?: number;
  /** The clock, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/**
 * Keeps records in this process: for tests, for development, and for one process whose sessions may end with it.
 *
 * It sets no timers: every insertion looks for a few expired records and removes them, `sweep` removes all. If the store is
 * still full, it removes the record written longest ago: anyone able to create many sessions can evict other users'. Used for
 * `revocations`, it rejects new records instead, so that no ended session opens again. Throws `ERR_INVALID_OPTION` on a wrong
 * `max`.
 */
export function memoryStore({ max = 100_000, now = Date.now }: MemoryStoreOptions = {}): SessionStore {
  assertOption(Number.isSafeInteger(max) && max > 0, "max", `must be a whole number above 0, but is ${String(max)}`);
  assertOption(max <= LARGEST, "max", `must be at most ${LARGEST}, but is ${max}. For more, take a database`);
  return defineStore(new MemoryOperations(max, now));
}

/** A Map holds 2^24 entries, and throws beyond. */
const LARGEST = 16_000_000;

interface Entry {
  readonly id: string;
  readonly record: SessionRecord;
}

/** More than one, so that expired records are removed faster than new ones arrive. */
const EXPIRY_CHECKS_PER_INSERT = 8;

/** The operations. Each is atomic: there is no await between reading and writing. */
export class MemoryOperations implements StoreOperations {
  readonly #max: number;
  readonly #now: () => number;
  readonly #owners: OwnerIndex;
  readonly #entries = new Map<string, ListNode<Entry>>();
  readonly #written = new LinkedList<Entry>();
  #evicts = true;
  /** The search for expired records continues at this node. Undefined: at the oldest one. */
  #next: ListNode<Entry> | undefined;

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
    this.#removeExpired(EXPIRY_CHECKS_PER_INSERT);
    if (this.#entries.size >= this.#max) this.#makeRoom();
    this.#write(id, record);
    return true;
  }

  neverEvict(): void {
    this.#evicts = false;
  }

  async update(id: string, record: SessionRecord, version: number): Promise<UpdateResult> {
    const found = this.#find(id);
    if (found === undefined) return "missing";
    if (found.version !== version) return "changed";
    this.#write(id, record);
    return "saved";
  }

  async touch(id: string, usedAt: number, expiresAt: number, version: number): Promise<UpdateResult> {
    const found = this.#find(id);
    return found === undefined ? "missing" : this.update(id, { ...found, usedAt, expiresAt }, version);
  }

  async delete(id: string): Promise<void> {
    this.#remove(this.#entries.get(id));
  }

  async list(owner: string, limit?: number): Promise<OwnedRecord[]> {
    const owned = this.#owners.of(owner).flatMap((id) => {
      const record = this.#find(id);
      return record ? [{ id, record }] : [];
    });
    const usedLast = owned.sort((a, b) => b.record.usedAt - a.record.usedAt).slice(0, limit);
    return usedLast.map(({ id, record }) => ({ id, record: { ...record } }));
  }

  /** Removes every expired record, at most `max`. */
  async sweep(): Promise<number> {
    const before = this.#entries.size;
    this.#removeExpired(before);
    return before - this.#entries.size;
  }

  #find(id: string): SessionRecord | undefined {
    const node = this.#entries.get(id);
    if (node === undefined || !this.#isExpired(node.value)) return node?.value.record;
    this.#remove(node);
    return undefined;
  }

  #write(id: string, record: SessionRecord): void {
    // Does not delete the key first: a Map whose keys are deleted and added all the time rebuilds its table again and again.
    this.#detach(this.#entries.get(id));
    this.#entries.set(id, this.#written.append({ id, record: { ...record } }));
    this.#owners.add(record.owner, id);
  }

  #remove(node: ListNode<Entry> | undefined): void {
    this.#detach(node);
    if (node !== undefined) this.#entries.delete(node.value.id);
  }

  #detach(node: ListNode<Entry> | undefined): void {
    if (node === undefined) return;
    if (this.#next === node) this.#next = node.newer;
    this.#written.remove(node);
    this.#owners.remove(node.value.record.owner, node.value.id);
  }

  /** Removes the oldest record. Never removes a note that a session has ended: the session would open again. */
  #makeRoom(): void {
    if (this.#evicts) {
      this.#remove(this.#written.oldest);
      return;
    }
    this.#removeExpired(this.#entries.size);
    if (this.#entries.size < this.#max) return;
    const cure = "Give it a larger `max`, or keep revocations in a store that lasts";
    throw new Error(`The memoryStore is full: it holds ${this.#max} records that have not expired. ${cure}.`);
  }

  /** Checks the next `count` records, and starts again at the oldest after the newest. */
  #removeExpired(count: number): void {
    for (let looked = 0; looked < count; looked++) {
      const node = this.#next ?? this.#written.oldest;
      if (node === undefined) return;
      this.#next = node.newer;
      if (this.#isExpired(node.value)) this.#remove(node);
    }
  }

  #isExpired({ record }: Entry): boolean {
    return this.#now() >= record.expiresAt * 1000;
  }
}
