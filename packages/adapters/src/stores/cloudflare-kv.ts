export { type CloudflareKvOptions, cloudflareKv, type KvNamespace } from "../lib/stores/cloudflare-kv.ts";
