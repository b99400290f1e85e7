export { type DenoKv, type DenoKvStoreOptions, denoKvStore } from "../lib/stores/deno-kv.ts";
