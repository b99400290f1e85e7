import { env } from "cloudflare:workers";
import type { KvNamespace } from "@websession/adapters/stores/cloudflare-kv";
import type { SessionNamespace } from "@websession/adapters/stores/durable-object";

declare module "cloudflare:workers" {
  /** As vitest.config.ts binds them. */
  export const env: { SESSIONS: SessionNamespace; KV: KvNamespace };
}

export const { SESSIONS, KV } = env;
