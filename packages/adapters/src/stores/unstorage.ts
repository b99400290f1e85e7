export { type UnstorageLike, type UnstorageStoreOptions, unstorageStore } from "../lib/stores/unstorage.ts";
