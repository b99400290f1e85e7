import {
  defineStore,
  type OwnedRecord,
  type SessionRecord,
  type SessionStore,
  type StoreOperations,
  type UpdateResult,
} from "@websession/core";
import { checkOption } from "./check-option.ts";
import { notARecord } from "./plain-record.ts";
import { commandsOf, type RedisClient, type RedisCommands } from "./redis-client.ts";
import { cureForRedis } from "./redis-cures.ts";
import { CREATE, DELETE, FIELDS, READ, TOUCH, UPDATE } from "./redis-lua.ts";
import { keptTill, RedisOwners } from "./redis-owners.ts";
import { hasCode, type Script, script, textsIn } from "./redis-script.ts";
import { lookedAt, usedLast } from "./used-last.ts";

export interface RedisStoreOptions {
  /** What every key begins with. Default `"session:"`. */
  readonly prefix?: string;
}

/**
 * Sessions in Redis or Valkey, on one server or a cluster, through a connected client of `redis` or `ioredis`.
 *
 * A record is a hash under `prefix + id` that Redis removes by its own clock; an owner's ids are a sorted set under
 * `prefix + "owner:" + owner`. It takes Redis 5 or later. Reads never go to a replica. What a server has acknowledged and
 * loses in a crash or a failover is lost here too: see `appendonly` and `WAIT` in Redis' documentation.
 */
export function redisStore(client: RedisClient, { prefix = "session:" }: RedisStoreOptions = {}): SessionStore {
  checkOption(typeof prefix === "string", "redisStore: prefix must be a string");
  return defineStore(new RedisOperations(commandsOf(client), prefix));
}

/** What the index by owner has been asked for. */
interface Indexed {
  readonly owner: string;
  readonly till: number;
}

class RedisOperations implements StoreOperations {
  readonly #prefix: string;
  readonly #owners: RedisOwners;
  readonly #read: (key: string) => Promise<unknown[]>;
  readonly #create: Script;
  readonly #update: Script;
  readonly #touch: Script;
  readonly #delete: Script;

  readonly cureFor: typeof cureForRedis = cureForRedis;

  constructor(commands: RedisCommands, prefix: string) {
    this.#prefix = prefix;
    this.#owners = new RedisOwners(commands, prefix);
    this.#read = readerOf(commands);
    this.#create = script(commands, CREATE);
    this.#update = script(commands, UPDATE);
    this.#touch = script(commands, TOUCH);
    this.#delete = script(commands, DELETE);
  }

  async read(id: string): Promise<SessionRecord | undefined> {
    try {
      return toRecord(await this.#read(this.#prefix + id));
    } catch (error) {
      if (hasCode(error, "WRONGTYPE")) return notARecord;
      throw error;
    }
  }

  async create(id: string, record: SessionRecord): Promise<boolean> {
    const { owner } = record;
    const till = keptTill(record.usedAt, record.expiresAt);
    // In one go, in any order: nobody has the id before both are done, and nobody ever gets it if one fails.
    const [[result]] = await Promise.all([
      this.#create(this.#prefix + id, ...writeArguments(record, till)),
      owner !== undefined && this.#owners.add(owner, id, till),
    ]);
    return result === "saved";
  }

  async update(id: string, record: SessionRecord, version: number): Promise<UpdateResult> {
    const { owner } = record;
    const key = this.#prefix + id;
    const attempt = (till: number | "") => this.#update(key, version, ...writeArguments(record, till));
    const index = () => this.#owners.add(String(owner), id, keptTill(record.usedAt, record.expiresAt));
    let [result, ...before] = await attempt(isSignIn(record) ? await index() : "");
    if (result === "unindexed") [result, ...before] = await attempt(await index());
    if (before[0] !== owner) await this.#forget(id, before);
    return toUpdateResult(result);
  }

  touch(id: string, usedAt: number, expiresAt: number, version: number): Promise<UpdateResult> {
    return this.#touchIndexed(id, { usedAt, expiresAt, version });
  }

  async #touchIndexed(
    id: string,
    touched: Pick<SessionRecord, "usedAt" | "expiresAt" | "version">,
    indexed?: Indexed,
  ): Promise<UpdateResult> {
    const { usedAt, expiresAt, version } = touched;
    const asked = indexed ? [indexed.till, indexed.owner] : [];
    const [result, owner] = await this.#touch(this.#prefix + id, version, usedAt, expiresAt, ...asked);
    if (result !== "unindexed") return toUpdateResult(result);
    const till = await this.#owners.add(String(owner), id, keptTill(usedAt, expiresAt));
    return this.#touchIndexed(id, touched, { owner: String(owner), till });
  }

  async delete(id: string): Promise<void> {
    await this.#forget(id, await this.#delete(this.#prefix + id));
  }

  async list(owner: string, limit?: number): Promise<OwnedRecord[]> {
    const ids = await this.#owners.list(owner, lookedAt(limit));
    const records = await Promise.all(ids.map((id) => this.read(id)));
    const owned = ids.flatMap((id, i) => {
      const record = records[i];
      return record?.owner === owner ? [{ id, record }] : [];
    });
    return usedLast(owned, limit);
  }

  async #forget(id: string, [owner, till]: unknown[]): Promise<void> {
    if (typeof owner === "string") await this.#owners.remove(owner, id, Number(till));
  }
}

/** A session that starts now with an owner: the index does not know of it, and is asked first. */
function isSignIn({ owner, createdAt, usedAt }: SessionRecord): boolean {
  return owner !== undefined && createdAt === usedAt;
}

/** In the order in which the scripts take them. */
function writeArguments(record: SessionRecord, till: number | ""): (string | number)[] {
  const { version, data, createdAt, usedAt, expiresAt, owner } = record;
  const always = [crypto.randomUUID(), version, data, createdAt, usedAt, expiresAt];
  return owner === undefined ? always : [...always, till, owner];
}

/** Within one command where that is sure to reach the master, otherwise by a script. */
function readerOf(commands: RedisCommands): (key: string) => Promise<unknown[]> {
  const { fields } = commands;
  return fields ? async (key) => textsIn(await fields(key, FIELDS)) : script(commands, READ);
}

/** Undefined if there is nothing of ours under the key. */
function toRecord(fields: unknown[]): SessionRecord | undefined {
  if (fields.every((field) => field === null)) return undefined;
  const [version, data, createdAt, usedAt, expiresAt, owner] = fields;
  if (typeof data !== "string") return notARecord;
  return {
    version: numberIn(version),
    data,
    owner: typeof owner === "string" ? owner : undefined,
    createdAt: numberIn(createdAt),
    usedAt: numberIn(usedAt),
    expiresAt: numberIn(expiresAt),
  };
}

/** NaN for a field that is missing, or that is not as the scripts wrote it: they compare texts. */
function numberIn(field: unknown): number {
  return typeof field === "string" && String(Number(field)) === field ? Number(field) : Number.NaN;
}

function toUpdateResult(result: unknown): UpdateResult {
  if (result === "saved" || result === "changed" || result === "missing") return result;
  throw new TypeError(`Redis gave an unexpected reply to a write: ${String(result)}.`);
}
