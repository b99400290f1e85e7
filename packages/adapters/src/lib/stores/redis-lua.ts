/**
 * A record is a hash with the fields of `SessionRecord`, and two of ours: `write` names the write that made it, `indexed` tells
 * until when its owner's index keeps it. Redis itself removes it at `expiresAt`, by its clock.
 *
 * The first command that writes is one that needs memory: it is refused where `maxmemory` is reached. After one that only frees
 * some, Redis would let the script go on beyond the limit.
 */
const write = `
local function write(id, version, data, createdAt, usedAt, expiresAt, indexed, owner)
  redis.call('HSET', KEYS[1], 'write', id, 'version', version, 'data', data,
    'createdAt', createdAt, 'usedAt', usedAt, 'expiresAt', expiresAt)
  if owner then redis.call('HSET', KEYS[1], 'owner', owner, 'indexed', indexed)
  else redis.call('HDEL', KEYS[1], 'owner', 'indexed') end
  redis.call('EXPIREAT', KEYS[1], expiresAt)
end
`;

/** The fields of a record, in the order in which they are read. All are null where there is none. */
export const FIELDS: string[] = ["version", "data", "createdAt", "usedAt", "expiresAt", "owner"];

/** Gives the fields of a record. */
export const READ: string = `
return redis.call('HMGET', KEYS[1], ${FIELDS.map((field) => `'${field}'`).join(", ")})
`;

/** Takes the arguments of `write`. If a client sends the same write again, because it got no answer, the answer is the same. */
export const CREATE: string = `${write}
local found = redis.call('HGET', KEYS[1], 'write')
if found then return {found == ARGV[1] and 'saved' or 'taken'} end
write(unpack(ARGV))
return {'saved'}
`;

/**
 * Takes the version that was read, then the arguments of `write`; `indexed` is empty where the index hasn't been asked.
 * A record that has expired ends the session: that is a DEL, which works even if Redis is full.
 * Gives "unindexed", with nothing written, where it must be, and after "saved" the owner and `indexed` of before.
 */
export const UPDATE: string = `${write}
local version, id, owner, indexed = unpack(redis.call('HMGET', KEYS[1], 'version', 'write', 'owner', 'indexed'))
if not version then return {'missing'} end
if id == ARGV[2] then return {'saved'} end
if version ~= ARGV[1] then return {'changed'} end
if tonumber(ARGV[7]) <= tonumber(redis.call('TIME')[1]) then
  redis.call('DEL', KEYS[1])
  return {'saved', owner, indexed}
end
if ARGV[9] and ARGV[8] == '' then
  if owner ~= ARGV[9] or (tonumber(indexed) or 0) < tonumber(ARGV[7]) then return {'unindexed'} end
  ARGV[8] = indexed
end
write(unpack(ARGV, 2))
return {'saved', owner, indexed}
`;

/**
 * Takes the version that was read, the two times, and what the index has been asked for: until when, and for whom. Gives the
 * owner that it must be asked for.
 */
export const TOUCH = `
local version, owner, indexed = unpack(redis.call('HMGET', KEYS[1], 'version', 'owner', 'indexed'))
if not version then return {'missing'} end
if version ~= ARGV[1] then return {'changed'} end
if owner and (tonumber(indexed) or 0) < tonumber(ARGV[3]) then
  if owner ~= ARGV[5] then return {'unindexed', owner} end
  redis.call('HSET', KEYS[1], 'indexed', ARGV[4])
end
redis.call('HSET', KEYS[1], 'usedAt', ARGV[2], 'expiresAt', ARGV[3])
redis.call('EXPIREAT', KEYS[1], ARGV[3])
return {'saved'}
`;

/** Gives the owner and `indexed` of what it deleted. Deletes also what is no hash. */
export const DELETE = `
local found = redis.pcall('HMGET', KEYS[1], 'owner', 'indexed')
redis.call('DEL', KEYS[1])
return found.err and {} or found
`;
