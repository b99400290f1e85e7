import { redisStore } from "@websession/adapters/stores/redis";
import { RedisStore } from "connect-redis";
import { createClient } from "redis";
import { startRedis } from "../../../../packages/adapters/test/stores/servers/redis.ts";
import type { Database } from "./database.ts";

export const redis: Database = {
  name: "Redis",
  peer: "connect-redis",
  start: () => startRedis(),
  async connect(port) {
    const client = createClient({ socket: { host: "127.0.0.1", port } });
    await client.connect();
    return {
      ours: redisStore(client),
      peer: new RedisStore({ client, prefix: "peer:" }),
      async bareRead(text) {
        await client.set("bare", text);
        return () => client.get("bare");
      },
      async close() {
        client.destroy();
      },
    };
  },
};
