import type { StoreOperations } from "@websession/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aRecord, newId } from "./records.ts";
import { type Connection, ioRedis, nodeRedis, operationsOf } from "./redis-helpers.ts";
import { noRedis, startRedis } from "./servers/redis.ts";
import { type ServerProcess, until } from "./servers/server-process.ts";

const kinds = [
  ["redis", nodeRedis],
  ["ioredis", ioRedis],
] as const;

/** In milliseconds; what a client waits for an answer. */
const patience = 300;

describe.skipIf(noRedis).each(kinds)("redisStore with %s, when Redis fails under load", (_, connectTo) => {
  let server: ServerProcess;
  let connection: Connection;
  let store: StoreOperations;
  beforeAll(async () => {
    server = await startRedis({ durable: true });
    connection = await connectTo(server.port, patience);
    store = operationsOf(connection.client);
  });
  afterAll(async () => {
    connection?.close();
    await server?.stop();
  });

  it("keeps what it has acknowledged, when killed and started again", async () => {
    const load = await Load.on(store);
    await load.progress();
    await server.kill();
    await load.trouble();
    await server.start();
    await load.recovery();
    await load.check();
  }, 30_000);

  it("acknowledges nothing while frozen, and tells no lies when it wakes", async () => {
    const load = await Load.on(store);
    await load.progress();
    await server.freeze();
    await load.trouble();
    const asleep = load.acknowledged;
    const id = newId();
    const created = store.create(id, aRecord()).catch(() => false);
    await load.trouble();
    expect(load.acknowledged).toBe(asleep);
    server.resume();
    await load.recovery();
    await load.check();
    if (await created) expect(await store.read(id)).toMatchObject({ version: 1 });
  }, 30_000);
});

/** Writers who remember what they were told: of one counter that all share, and of records that each makes and deletes. */
class Load {
  acknowledged = 0;
  #rejected = 0;
  #increments = 0;
  /** Increments under way, and those that ended in an error. */
  #unsure = 0;
  #running = true;
  readonly #store: StoreOperations;
  readonly #shared = newId();
  readonly #kept = new Set<string>();
  readonly #deleted = new Set<string>();
  /** Answers that can't be right. An error is always right. */
  readonly #lies: string[] = [];
  #writers: Promise<void>[] = [];

  private constructor(store: StoreOperations) {
    this.#store = store;
  }

  static async on(store: StoreOperations): Promise<Load> {
    const load = new Load(store);
    await store.create(load.#shared, aRecord());
    const work = [
      () => load.#increment(),
      () => load.#increment(),
      () => load.#createAndDelete(),
      () => load.#createAndKeep(),
    ];
    load.#writers = work.map((step) => load.#repeat(step));
    return load;
  }

  /** Until so many more have succeeded. */
  progress(): Promise<void> {
    const goal = this.acknowledged + 50;
    return until(() => this.acknowledged >= goal);
  }

  /** Until every writer has met the failure. */
  trouble(): Promise<void> {
    const goal = this.#rejected + this.#writers.length;
    return until(() => this.#rejected >= goal);
  }

  async recovery(): Promise<void> {
    await this.progress();
    this.#running = false;
    await Promise.all(this.#writers);
  }

  /** Nothing acknowledged is lost, nothing deleted is back, and nothing is counted that was neither acknowledged nor unsure. */
  async check(): Promise<void> {
    expect(this.#lies).toEqual([]);
    const counter = await this.#store.read(this.#shared);
    expect(Number(counter?.data)).toBeGreaterThanOrEqual(this.#increments);
    expect(Number(counter?.data)).toBeLessThanOrEqual(this.#increments + this.#unsure);
    expect(counter?.version).toBe(Number(counter?.data) + 1);
    for (const id of this.#kept) expect(await this.#store.read(id)).toMatchObject({ data: "kept" });
    for (const id of this.#deleted) expect(await this.#store.read(id)).toBeUndefined();
    expect(Math.min(this.#increments, this.#kept.size, this.#deleted.size)).toBeGreaterThan(0);
  }

  async #repeat(step: () => Promise<void>): Promise<void> {
    while (this.#running) {
      await step().then(
        () => this.acknowledged++,
        () => this.#rejected++,
      );
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async #increment(): Promise<void> {
    for (;;) {
      const record = await this.#store.read(this.#shared);
      if (!record) return this.#lie("The counter is missing");
      const { version, data } = record;
      const next = { ...record, version: version + 1, data: `${Number(data) + 1}` };
      this.#unsure++;
      const result = await this.#store.update(this.#shared, next, version);
      this.#unsure--;
      if (result === "saved") return void this.#increments++;
      if (result === "missing") return this.#lie("The counter is missing to an update");
    }
  }

  async #createAndDelete(): Promise<void> {
    const id = newId();
    if (!(await this.#store.create(id, aRecord()))) return this.#lie("A new id is taken");
    await this.#store.delete(id);
    this.#deleted.add(id);
  }

  async #createAndKeep(): Promise<void> {
    const id = newId();
    if (!(await this.#store.create(id, aRecord({ data: "kept" })))) return this.#lie("A new id is taken");
    this.#kept.add(id);
  }

  #lie(what: string): void {
    this.#lies.push(what);
  }
}
