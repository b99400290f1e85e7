export { type MemcachedStoreOptions, memcachedStore } from "../lib/stores/memcached.ts";
export type { MemcachedClient, MemcachedResponse } from "../lib/stores/memcached-client.ts";
