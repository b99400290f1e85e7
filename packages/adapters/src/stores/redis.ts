export { type RedisStoreOptions, redisStore } from "../lib/stores/redis.ts";
export type { IoRedisLike, NodeRedisLike, RedisClient } from "../lib/stores/redis-client.ts";
