import type { RedisCommands } from "./redis-client.ts";
import { type Script, script } from "./redis-script.ts";

const forgetExpired = "redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', redis.call('TIME')[1])";

/** Takes an id and a time; gives the time that it holds for: later than any before, so that it names this addition. */
const ADD = `
local before = redis.call('ZSCORE', KEYS[1], ARGV[1])
local till = math.max(tonumber(ARGV[2]), before and before + 1 or 0)
redis.call('ZADD', KEYS[1], till, ARGV[1])
${forgetExpired}
redis.call('EXPIREAT', KEYS[1], redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2])
return {till}
`;

/** Takes the most ids to give: those that are kept longest. */
const LIST = `
${forgetExpired}
return redis.call('ZREVRANGE', KEYS[1], 0, tonumber(ARGV[1]) - 1)
`;

/** Takes an id and the time of the addition that is to be undone. */
const REMOVE = `
local found = redis.call('ZSCORE', KEYS[1], ARGV[1])
if found and tonumber(found) == tonumber(ARGV[2]) then redis.call('ZREM', KEYS[1], ARGV[1]) end
return {}
`;

/** Beyond what the clocks of two nodes of a cluster may differ by. In seconds. */
const skew = 60;

/**
 * The index by owner: per owner a sorted set of ids, each with the time until which it is kept.
 *
 * It lives on another key than the record, in a cluster on another node, and there is no writing both at once. So it may
 * name too much, which `list` drops by looking at the records, but never too little: an id gets in before its record has that
 * owner, and gets out after the record is gone, or when its time is up, which is always later than the record's. It is never
 * dropped merely because a reader saw no such record: the record may be on its way.
 */
export class RedisOwners {
  readonly #prefix: string;
  readonly #add: Script;
  readonly #list: Script;
  readonly #remove: Script;

  constructor(commands: RedisCommands, prefix: string) {
    this.#prefix = prefix;
    this.#add = script(commands, ADD);
    this.#list = script(commands, LIST);
    this.#remove = script(commands, REMOVE);
  }

  /** Resolves with the time until which the id is kept. */
  async add(owner: string, id: string, till: number): Promise<number> {
    const [kept] = await this.#add(this.#key(owner), id, till);
    return Number(kept);
  }

  /** Without `most`, all ids. */
  async list(owner: string, most = 0): Promise<string[]> {
    return (await this.#list(this.#key(owner), most)).map(String);
  }

  /** Undoes the addition until then, and none that came later. */
  async remove(owner: string, id: string, till: number): Promise<void> {
    await this.#remove(this.#key(owner), id, till);
  }

  #key(owner: string): string {
    return `${this.#prefix}owner:${owner}`;
  }
}

/** Twice what is left of a record's life: a session in use has to go back to the index only every other lifetime. */
export function keptTill(usedAt: number, expiresAt: number): number {
  return expiresAt + Math.max(0, expiresAt - usedAt) + skew;
}
