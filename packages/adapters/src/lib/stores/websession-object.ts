import { DurableObject } from "cloudflare:workers";
import type { SessionRecord, UpdateResult } from "@websession/core";
import { OwnedSessions } from "./owned-sessions.ts";
import type { SessionStub } from "./session-stub.ts";
import { type Listing, type Removed, StoredSession, type Unlisted } from "./stored-session.ts";

/**
 * The class of the Durable Objects that `durableObjectStore` keeps sessions in. Export it from the Worker's main module, and
 * bind it under `durable_objects` and `migrations` (`new_sqlite_classes`) in wrangler's configuration.
 *
 * An object holds one session, or the ids of one owner's sessions. Only `durableObjectStore` calls its methods.
 */
export class WebsessionObject extends DurableObject implements SessionStub {
  readonly #session = new StoredSession(this.ctx.storage);
  readonly #owned = new OwnedSessions(this.ctx.storage);

  async read(): Promise<SessionRecord | undefined> {
    return this.#session.read();
  }

  create(record: SessionRecord, listing?: Listing): Promise<boolean> {
    return this.#session.create(record, listing);
  }

  update(record: SessionRecord, version: number, listing?: Listing): Promise<UpdateResult | Unlisted> {
    return this.#session.update(record, version, listing);
  }

  touch(usedAt: number, expiresAt: number, version: number, listing?: Listing): Promise<UpdateResult | Unlisted> {
    return this.#session.touch(usedAt, expiresAt, version, listing);
  }

  remove(): Promise<Removed> {
    return this.#session.delete();
  }

  removeVersion(version: number): Promise<Removed | "changed" | "missing"> {
    return this.#session.deleteVersion(version);
  }

  async ownedIds(): Promise<string[]> {
    return this.#owned.ids();
  }

  addOwned(id: string, until: number): Promise<void> {
    return this.#owned.add(id, until);
  }

  async removeOwned(id: string): Promise<void> {
    this.#owned.remove(id);
  }

  async repairOwned(ids: string[]): Promise<void> {
    this.#owned.repair(ids);
  }

  override async alarm(): Promise<void> {
    const next = this.#session.read()?.expiresAt ?? this.#owned.sweep();
    await (next === undefined ? this.ctx.storage.deleteAll() : this.ctx.storage.setAlarm(next * 1000));
  }
}
