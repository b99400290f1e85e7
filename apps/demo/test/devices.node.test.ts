import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Mariadb, noMariadb } from "../../../packages/adapters/test/stores/servers/mariadb.ts";
import { noPostgres, Postgres } from "../../../packages/adapters/test/stores/servers/postgres.ts";
import { noRedis, startRedis } from "../../../packages/adapters/test/stores/servers/redis.ts";
import type { ServerProcess } from "../../../packages/adapters/test/stores/servers/server-process.ts";
import { cleanUp, hasSqlite, runtimes, start, temporaryDirectory } from "./demo-process.ts";

let redis: ServerProcess;
let postgres: Postgres;
let mariadb: Mariadb;
beforeAll(async () => {
  if (!noRedis) redis = await startRedis();
  if (!noPostgres) postgres = await Postgres.start();
  if (!noMariadb) mariadb = await Mariadb.start();
});
afterAll(() => Promise.all([redis?.stop(), postgres?.stop(), mariadb?.stop()]));
afterEach(cleanUp);

type Setting = (runtime: string) => string | Promise<string>;

const settings: [name: string, setting: Setting, missing?: boolean][] = [
  ["memory", () => "memory"],
  ["file:", async () => `file:${await temporaryDirectory()}`],
  ["sqlite:", async () => `sqlite:${await temporaryDirectory()}/sessions.db`],
  ["redis://", () => `redis://127.0.0.1:${redis.port}`, noRedis],
  ["postgres://", (runtime) => postgres.createDatabase(runtime.toLowerCase()), noPostgres],
  ["mysql://", (runtime) => mariadb.createDatabase(runtime.toLowerCase()), noMariadb],
];

/** One browser of a user. */
class Device {
  readonly #url: string;
  #cookie = "";

  constructor(url: string) {
    this.#url = url;
  }

  async send(method: string, path: string, body?: object): Promise<unknown> {
    const headers = { cookie: this.#cookie, "content-type": "application/json" };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(this.#url + path, init);
    this.#cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? this.#cookie;
    return response.json();
  }

  static async of(user: string, url: string): Promise<Device> {
    const device = new Device(url);
    await device.send("POST", "/login", { user });
    return device;
  }

  async list(): Promise<{ id: string; current: boolean }[]> {
    return (await this.send("GET", "/api/sessions")) as Awaited<ReturnType<Device["list"]>>;
  }

  async owner(): Promise<unknown> {
    return ((await this.send("GET", "/api/session")) as { owner: unknown }).owner;
  }
}

describe.each(runtimes)("the demo on %s", { timeout: 60_000 }, (runtime, program, args) => {
  for (const [name, setting, missing = false] of settings) {
    it.skipIf(missing || (name === "sqlite:" && !hasSqlite(program)))(
      `with SESSION_STORE=${name} lists a user's devices, ends one, and all others`,
      async () => {
        const { url } = await start(program, args, { SESSION_STORE: await setting(runtime) });
        const user = `ada of ${runtime}`;
        const [phone, laptop] = [await Device.of(user, url), await Device.of(user, url)];
        const stranger = await Device.of(`grace of ${runtime}`, url);
        const other = (await laptop.list()).filter(({ current }) => !current);
        expect(other).toHaveLength(1);
        expect(await laptop.send("DELETE", `/api/sessions/${other[0]?.id}`)).toMatchObject({ ended: true });
        expect(await Promise.all([phone, laptop, stranger].map((device) => device.owner()))).toEqual([
          null,
          user,
          `grace of ${runtime}`,
        ]);

        const [tablet, desk] = [await Device.of(user, url), await Device.of(user, url)];
        expect(await laptop.list()).toHaveLength(3);
        expect(await laptop.send("POST", "/api/revoke-others")).toEqual({ ended: 2 });
        expect(await Promise.all([tablet, desk, laptop].map((device) => device.owner()))).toEqual([null, null, user]);
        expect(await laptop.list()).toHaveLength(1);
      },
    );
  }
});
