import { postgresStore } from "@websession/adapters/stores/postgres";
import connectPgSimple from "connect-pg-simple";
import expressSession from "express-session";
import pg from "pg";
import { Postgres } from "../../../../packages/adapters/test/stores/servers/postgres.ts";
import type { Database } from "./database.ts";

export const postgres: Database = {
  name: "PostgreSQL",
  peer: "connect-pg-simple",
  async start() {
    const server = await Postgres.start();
    const { port } = new URL(await server.createDatabase("bench"));
    return { port: Number(port), stop: () => server.stop() };
  },
  async connect(port) {
    const pool = new pg.Pool({ host: "127.0.0.1", port, user: "postgres", database: "bench" });
    const ours = postgresStore(pool);
    await ours.createTable();
    const PeerStore = connectPgSimple(expressSession);
    const peer = new PeerStore({ pool, tableName: "peer", createTableIfMissing: true });
    return {
      ours,
      peer,
      async bareRead(text) {
        await pool.query("CREATE TABLE IF NOT EXISTS bare (id text PRIMARY KEY, data text)");
        await pool.query("INSERT INTO bare VALUES ('bare', $1) ON CONFLICT DO NOTHING", [text]);
        return () => pool.query("SELECT data FROM bare WHERE id = $1", ["bare"]);
      },
      async close() {
        peer.close();
        await pool.end();
      },
    };
  },
};
