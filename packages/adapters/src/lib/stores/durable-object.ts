import type { StoreOperations, UpdateResult } from "@websession/core";
import { defineStore, type OwnedRecord, type SessionRecord, type SessionStore } from "@websession/core";
import { checkBinding } from "./binding.ts";
import { isLive } from "./plain-record.ts";
import type { SessionNamespace, SessionStub } from "./session-stub.ts";
import type { Listing, Removed, Unlisted } from "./stored-session.ts";
import { lookedAt, usedLast } from "./used-last.ts";

/**
 * Keeps every session in a Durable Object of its own on Cloudflare Workers: strongly consistent, everywhere.
 *
 * The namespace is of the class `WebsessionObject`, which the Worker has to export. A session lives where it was created: far
 * from there every call takes the way. Nobody can list all sessions, only those of an owner.
 */
export function durableObjectStore(namespace: SessionNamespace): SessionStore {
  checkBinding(namespace, "idFromName", "Durable Object");
  return defineStore(new DurableObjectOperations(namespace));
}

type Times = Pick<SessionRecord, "usedAt" | "expiresAt">;

/**
 * An owner's object must never know too few sessions: so it hears of one before anybody has its id, and before an update of the
 * session's object writes the owner, which that object refuses else. It may know too many: `list` looks at each, and has the
 * others taken out.
 */
class DurableObjectOperations implements StoreOperations {
  readonly #namespace: SessionNamespace;

  constructor(namespace: SessionNamespace) {
    this.#namespace = namespace;
  }

  async read(id: string): Promise<SessionRecord | undefined> {
    return this.#session(id).read();
  }

  async create(id: string, record: SessionRecord): Promise<boolean> {
    const { owner } = record;
    const listing = owner === undefined ? undefined : listingOf(owner, record);
    // At the same time, in any order: nobody has the id before both are done, and nobody ever gets it if one fails.
    const [created] = await Promise.all([
      this.#session(id).create(record, listing),
      listing && this.#enlist(id, listing),
    ]);
    return created;
  }

  async update(id: string, record: SessionRecord, version: number): Promise<UpdateResult> {
    const object = this.#session(id);
    if (!isLive(record)) return this.#end(id, await object.removeVersion(version));
    const { owner, createdAt, usedAt } = record;
    // A session that starts now with an owner is a sign-in: its owner's object does not know of it, and hears of it first.
    const listing = owner !== undefined && createdAt === usedAt ? listingOf(owner, record) : undefined;
    if (listing) await this.#enlist(id, listing);
    return this.#listed(id, record, (known = listing) => object.update(record, version, known));
  }

  async touch(id: string, usedAt: number, expiresAt: number, version: number): Promise<UpdateResult> {
    const object = this.#session(id);
    return this.#listed(id, { usedAt, expiresAt }, (listing) => object.touch(usedAt, expiresAt, version, listing));
  }

  async delete(id: string): Promise<void> {
    await this.#forget(id, await this.#session(id).remove());
  }

  async list(owner: string, limit?: number): Promise<OwnedRecord[]> {
    const ids = (await this.#owner(owner).ownedIds()).slice(0, lookedAt(limit));
    const records = await Promise.all(ids.map(async (id) => ({ id, record: await this.read(id) })));
    const found = records.filter((one): one is OwnedRecord => one.record?.owner === owner);
    const others = records.filter((one) => one.record?.owner !== owner).map(({ id }) => id);
    if (others.length > 0) await this.#owner(owner).repairOwned(others);
    return usedLast(found, limit);
  }

  #session(id: string): SessionStub {
    return this.#namespace.get(this.#namespace.idFromName(`session:${id}`));
  }

  #owner(owner: string): SessionStub {
    return this.#namespace.get(this.#namespace.idFromName(`owner:${owner}`));
  }

  async #end(id: string, result: Removed | "changed" | "missing"): Promise<UpdateResult> {
    if (typeof result === "string") return result;
    await this.#forget(id, result);
    return "saved";
  }

  async #forget(id: string, { owner }: Removed): Promise<void> {
    if (owner !== undefined) await this.#owner(owner).removeOwned(id);
  }

  async #listed(
    id: string,
    times: Times,
    attempt: (listing?: Listing) => Promise<UpdateResult | Unlisted>,
  ): Promise<UpdateResult> {
    let result = await attempt();
    while (typeof result === "object") {
      const listing = listingOf(result.unlisted, times);
      await this.#enlist(id, listing);
      result = await attempt(listing);
    }
    return result;
  }

  #enlist(id: string, { owner, until }: Listing): Promise<void> {
    return this.#owner(owner).addOwned(id, until);
  }
}

/** For longer than the session lives by now, so that not every touch has to do it again. */
function listingOf(owner: string, { usedAt, expiresAt }: Times): Listing {
  return { owner, until: expiresAt + Math.max(60, expiresAt - usedAt) };
}
