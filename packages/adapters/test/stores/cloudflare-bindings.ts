import { env } from "cloudflare:workers";
import type { KvNamespace } from "../../src/stores/cloudflare-kv.ts";
import type { SessionNamespace } from "../../src/stores/durable-object.ts";

declare module "cloudflare:workers" {
  /** As vitest.config.ts binds them. */
  export const env: { SESSIONS: SessionNamespace; KV: KvNamespace };
}

export const { SESSIONS, KV } = env;
