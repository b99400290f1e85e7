import type { StoreOperations, UpdateResult } from "@websession/core";
import { defineStore, type OwnedRecord, type SessionRecord, type SessionStore } from "@websession/core";
import { checkBinding } from "./binding.ts";
import type { SessionNamespace, SessionStub } from "./session-stub.ts";
import type { Listing, Unlisted } from "./stored-session.ts";

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
 * An owner's object must never know too few sessions: so it hears of one before the session's object writes the owner, and
 * that object refuses what was not listed. It may know too many: `list` looks at each, and has the others taken out.
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
    const listing = owner === undefined ? undefined : await this.#enlist(owner, id, record);
    return this.#session(id).create(record, listing);
  }

  async update(id: string, record: SessionRecord, version: number): Promise<UpdateResult> {
    const object = this.#session(id);
    return this.#listed(id, record, (listing) => object.update(record, version, listing));
  }

  async touch(id: string, usedAt: number, expiresAt: number): Promise<boolean> {
    const object = this.#session(id);
    return this.#listed(id, { usedAt, expiresAt }, (listing) => object.touch(usedAt, expiresAt, listing));
  }

  async delete(id: string): Promise<void> {
    const owner = await this.#session(id).remove();
    if (owner !== undefined) await this.#owner(owner).removeOwned(id);
  }

  async list(owner: string): Promise<OwnedRecord[]> {
    const ids = await this.#owner(owner).ownedIds();
    const records = await Promise.all(ids.map(async (id) => ({ id, record: await this.read(id) })));
    const found = records.filter((one): one is OwnedRecord => one.record?.owner === owner);
    const others = records.filter((one) => one.record?.owner !== owner).map(({ id }) => id);
    if (others.length > 0) await this.#owner(owner).repairOwned(others);
    return found;
  }

  #session(id: string): SessionStub {
    return this.#namespace.get(this.#namespace.idFromName(`session:${id}`));
  }

  #owner(owner: string): SessionStub {
    return this.#namespace.get(this.#namespace.idFromName(`owner:${owner}`));
  }

  async #listed<Result extends string | boolean>(
    id: string,
    times: Times,
    attempt: (listing?: Listing) => Promise<Result | Unlisted>,
  ): Promise<Result> {
    let result = await attempt();
    while (typeof result === "object") result = await attempt(await this.#enlist(result.unlisted, id, times));
    return result;
  }

  /** For longer than the session lives by now, so that not every touch has to do it again. */
  async #enlist(owner: string, id: string, { usedAt, expiresAt }: Times): Promise<Listing> {
    const until = expiresAt + Math.max(60, expiresAt - usedAt);
    await this.#owner(owner).addOwned(id, until);
    return { owner, until };
  }
}
