import type { SessionRecord, UpdateResult } from "@websession/core";
import { type ObjectStorage, seconds } from "./object-storage.ts";

/** That an owner's object knows of a session, until this second at least. */
export interface Listing {
  readonly owner: string;
  readonly until: number;
}

/** Nothing was written: this owner's object has to know of the session first. */
export interface Unlisted {
  readonly unlisted: string;
}

interface Kept {
  readonly record: SessionRecord;
  readonly listing: Listing | undefined;
}

const KEY = "session";

/** The one session of a Durable Object. */
export class StoredSession {
  readonly #storage: ObjectStorage;

  constructor(storage: ObjectStorage) {
    this.#storage = storage;
  }

  async read(): Promise<SessionRecord | undefined> {
    return (await this.#find())?.record;
  }

  async create(record: SessionRecord, listing: Listing | undefined): Promise<boolean> {
    if (await this.#find()) return false;
    await this.#put({ record, listing });
    return true;
  }

  async update(record: SessionRecord, version: number, listing: Listing | undefined): Promise<UpdateResult | Unlisted> {
    const found = await this.#find();
    if (found === undefined) return "missing";
    if (found.record.version !== version) return "changed";
    return (await this.#replace(found, record, listing)) ?? "saved";
  }

  async touch(usedAt: number, expiresAt: number, listing: Listing | undefined): Promise<boolean | Unlisted> {
    const found = await this.#find();
    if (found === undefined) return false;
    return (await this.#replace(found, { ...found.record, usedAt, expiresAt }, listing)) ?? true;
  }

  /** Tells the owner that it had. */
  async delete(): Promise<string | undefined> {
    const kept = await this.#storage.get<Kept>(KEY);
    await Promise.all([this.#storage.deleteAlarm(), this.#storage.deleteAll()]);
    return kept?.record.owner;
  }

  /** When the alarm has to ring again. */
  async expiry(): Promise<number | undefined> {
    return (await this.#find())?.record.expiresAt;
  }

  async #find(): Promise<Kept | undefined> {
    const kept = await this.#storage.get<Kept>(KEY);
    return kept && seconds() < kept.record.expiresAt ? kept : undefined;
  }

  async #replace(found: Kept, record: SessionRecord, given = found.listing): Promise<Unlisted | undefined> {
    const { owner } = record;
    // Without an owner it forgets where it was listed: whoever lists the sessions of that owner takes it out there.
    const listing = owner === undefined ? undefined : given;
    if (owner !== undefined && !covers(listing, owner, record.expiresAt)) return { unlisted: owner };
    await this.#put({ record, listing }, found.record.expiresAt);
    return undefined;
  }

  /** An alarm that comes too early sets itself again: it moves only where it would come too late. */
  async #put(kept: Kept, alarm: number = Number.POSITIVE_INFINITY): Promise<void> {
    const { expiresAt } = kept.record;
    const writing = [this.#storage.put(KEY, kept)];
    if (expiresAt < alarm) writing.push(this.#storage.setAlarm(expiresAt * 1000));
    await Promise.all(writing);
  }
}

function covers(listing: Listing | undefined, owner: string, expiresAt: number): boolean {
  return listing !== undefined && listing.owner === owner && listing.until >= expiresAt;
}
