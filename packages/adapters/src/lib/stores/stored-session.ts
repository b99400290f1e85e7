import type { SessionRecord, UpdateResult } from "@websession/core";
import { type ObjectStorage, seconds } from "./object-storage.ts";
import { isLive } from "./plain-record.ts";

/** That an owner's object knows of a session, until this second at least. */
export interface Listing {
  readonly owner: string;
  readonly until: number;
}

/** Nothing was written: this owner's object has to know of the session first. */
export interface Unlisted {
  readonly unlisted: string;
}

/** What was removed, if anything, was a session of this owner. */
export interface Removed {
  readonly owner: string | undefined;
}

interface Kept {
  readonly record: SessionRecord;
  readonly listing: Listing | undefined;
}

const KEY = "session";

/** The one session of a Durable Object. No method awaits anything before it has written. */
export class StoredSession {
  readonly #storage: ObjectStorage;

  constructor(storage: ObjectStorage) {
    this.#storage = storage;
  }

  read(): SessionRecord | undefined {
    return this.#find()?.record;
  }

  async create(record: SessionRecord, listing: Listing | undefined): Promise<boolean> {
    if (this.#find()) return false;
    this.#storage.kv.put(KEY, { record, listing });
    await this.#storage.setAlarm(record.expiresAt * 1000);
    return true;
  }

  async update(record: SessionRecord, version: number, listing: Listing | undefined): Promise<UpdateResult | Unlisted> {
    return this.#compareAndSet(version, () => record, listing);
  }

  async touch(
    usedAt: number,
    expiresAt: number,
    version: number,
    listing: Listing | undefined,
  ): Promise<UpdateResult | Unlisted> {
    return this.#compareAndSet(version, (found) => ({ ...found, usedAt, expiresAt }), listing);
  }

  async delete(): Promise<Removed> {
    const kept = this.#storage.kv.get<Kept>(KEY);
    // Before the compatibility date 2026-02-24, deleteAll leaves the alarm.
    await Promise.all([this.#storage.deleteAlarm(), this.#storage.deleteAll()]);
    return { owner: kept?.record.owner };
  }

  /** The same as an update by a record that has expired. */
  async deleteVersion(version: number): Promise<Removed | "changed" | "missing"> {
    const found = this.#find();
    if (found === undefined) return "missing";
    return found.record.version === version ? this.delete() : "changed";
  }

  async #compareAndSet(
    version: number,
    next: (found: SessionRecord) => SessionRecord,
    listing: Listing | undefined,
  ): Promise<UpdateResult | Unlisted> {
    const found = this.#find();
    if (found === undefined) return "missing";
    if (found.record.version !== version) return "changed";
    return (await this.#replace(found, next(found.record), listing)) ?? "saved";
  }

  #find(): Kept | undefined {
    const kept = this.#storage.kv.get<Kept>(KEY);
    return kept && isLive(kept.record, seconds() * 1000) ? kept : undefined;
  }

  async #replace(found: Kept, record: SessionRecord, given = found.listing): Promise<Unlisted | undefined> {
    const { owner, expiresAt } = record;
    // Without an owner it forgets where it was listed: whoever lists the sessions of that owner takes it out there.
    const listing = owner === undefined ? undefined : given;
    if (owner !== undefined && !covers(listing, owner, expiresAt)) return { unlisted: owner };
    this.#storage.kv.put(KEY, { record, listing });
    // An alarm that comes too early is set again then: it has to move only where it would come too late.
    if (expiresAt < found.record.expiresAt) await this.#storage.setAlarm(expiresAt * 1000);
    return undefined;
  }
}

function covers(listing: Listing | undefined, owner: string, expiresAt: number): boolean {
  return listing !== undefined && listing.owner === owner && listing.until >= expiresAt;
}
