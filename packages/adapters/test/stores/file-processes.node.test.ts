import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SessionRecord } from "@websession/core";
import { afterAll, describe, expect, it } from "vitest";
import { fileStore } from "../../src/stores/file.ts";
import { intoFormerLayout } from "./file-setup.ts";
import { aRecord, seconds } from "./records.ts";
import { buildWorker, start } from "./servers/file-processes.ts";

const folder = await mkdtemp(join(tmpdir(), "websession-"));
const directory = join(folder, "store");
const store = fileStore(directory).operations;
const script = await buildWorker(folder);
afterAll(() => rm(folder, { recursive: true, force: true }));

const forever = "1000000000";
const work = (id: string, ...args: string[]) => start(script, [directory, id, ...args]);
const numberIn = (record: SessionRecord | undefined) => Number.parseInt(JSON.parse(String(record?.data)), 10);

async function created(): Promise<string> {
  const id = crypto.randomUUID();
  const now = Math.floor(Date.now() / 1000);
  const times = { createdAt: now, usedAt: now, expiresAt: now + 3600 };
  await store.create(id, { version: 1, data: '"0"', owner: "ada", ...times });
  return id;
}

describe("fileStore, shared by processes", { timeout: 60_000 }, () => {
  it("loses no update, whoever touches, and however long a writer sleeps", async () => {
    const id = await created();
    const touching = work(id, "touch", forever);
    await touching.until(1);
    const sleeper = work(id, "increment", "50");
    await sleeper.until(10);
    sleeper.signal("SIGSTOP");
    const others = Array.from({ length: 3 }, () => work(id, "increment", "50"));
    await Promise.all(others.map((worker) => worker.ended()));
    sleeper.signal("SIGCONT");
    await sleeper.ended();
    touching.signal("SIGKILL");
    await touching.ended();
    const writing = [sleeper, ...others];
    expect(writing.map(({ told }) => told.filter((line) => line === "saved").length)).toEqual([50, 50, 50, 50]);
    const record = await store.read(id);
    expect([numberIn(record), record?.version]).toEqual([200, 201]);
  });

  it("keeps a record deleted, whoever is writing", async () => {
    const id = await created();
    const workers = ["increment", "increment", "touch"].map((job) => work(id, job, forever));
    await Promise.all(workers.map((worker) => worker.until(20)));
    await store.delete(id);
    await Promise.all(workers.map((worker) => worker.ended()));
    expect(workers.map(({ told }) => told.at(-1))).toEqual(["missing", "missing", "missing"]);
    expect(await store.read(id)).toBeUndefined();
    expect((await store.list?.("ada"))?.map((owned) => owned.id)).not.toContain(id);
  });

  it("lets one creator win", async () => {
    const id = crypto.randomUUID();
    const names = ["a", "b", "c", "d"];
    const workers = names.map((name) => work(id, "create", "1", name));
    await Promise.all(workers.map((worker) => worker.ended()));
    const winners = names.filter((_, i) => workers[i]?.told[0] === "saved");
    expect(winners).toHaveLength(1);
    expect((await store.read(id))?.data).toBe(JSON.stringify(winners[0]));
  });

  it("loses nothing that was saved when writers are killed in the middle", async () => {
    const id = await created();
    const survivor = work(id, "increment", forever, "300000");
    const killed = [];
    for (let i = 0; i < 4; i++) {
      const victim = work(id, "increment", forever, "300000");
      await victim.until(5 + i);
      victim.signal("SIGKILL");
      await victim.ended();
      killed.push(victim);
    }
    const before = survivor.told.length;
    await survivor.until(before + 5);
    expect(survivor.told.length).toBeGreaterThan(before);
    survivor.signal("SIGKILL");
    await survivor.ended();
    const saved = [survivor, ...killed].reduce((sum, { told }) => sum + told.length, 0);
    const found = numberIn(await store.read(id));
    // Each may have been killed between saving and telling.
    expect(found).toBeGreaterThanOrEqual(saved);
    expect(found).toBeLessThanOrEqual(saved + 5);
  });

  it("cleans up after a killed writer by the next one", async () => {
    const id = await created();
    const victim = work(id, "increment", forever, "300000");
    await victim.until(3);
    victim.signal("SIGKILL");
    await victim.ended();
    await work(id, "increment", "1").ended();
    expect(await readdir(join(directory, "sessions", id.slice(0, 2), id))).toHaveLength(2);
  });

  it("sweeps each expired record once, whoever else sweeps, and no other", async () => {
    const [swept, kept] = [join(folder, "swept"), 200];
    const expired = "Deno" in globalThis || "Bun" in globalThis ? 1200 : 2400;
    const { operations } = fileStore(swept);
    const create = (i: number) =>
      operations.create(
        crypto.randomUUID(),
        i < kept
          ? aRecord({ owner: `ada ${i % 20}` })
          : aRecord({ expiresAt: 1, ...(i % 10 === 0 && { owner: "bob" }) }),
      );
    for (let i = 0; i < kept + expired; i += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, j) => create(i + j)));
    }
    const workers = Array.from({ length: 4 }, () => start(script, [swept, "", "sweep", "1"]));
    await Promise.all(workers.map((worker) => worker.ended()));
    expect(workers.map(({ told }) => told.length)).toEqual([1, 1, 1, 1]);
    expect(workers.reduce((sum, { told }) => sum + Number(told[0]), 0)).toBe(expired);
    const slots = (await readdir(join(swept, "sessions"), { recursive: true })).filter((name) =>
      /^..\/[^/]+$/.test(name),
    );
    expect(slots).toHaveLength(kept);
    const lists = await Promise.all(Array.from({ length: 20 }, (_, i) => operations.list?.(`ada ${i}`)));
    expect(lists.flat()).toHaveLength(kept);
  });

  it("takes over the former layout, whoever reads, sweeps or is killed meanwhile", async () => {
    const former = join(folder, "former");
    const ids = Array.from({ length: 150 }, () => crypto.randomUUID());
    const { operations } = fileStore(former);
    for (const id of ids) await operations.create(id, aRecord({ owner: "ada", expiresAt: seconds() + 3600 }));
    await intoFormerLayout(former);
    const visiting = [ids, ids.toReversed(), ids].map((some) => start(script, [former, "", "visit", "1", ...some]));
    const sweeping = [0, 1].map(() => start(script, [former, "", "sweep", "1"]));
    for (const victim of [visiting[0], sweeping[0]]) {
      await visiting[0]?.until(20);
      victim?.signal("SIGKILL");
    }
    let running = true;
    const ended = Promise.all([...visiting, ...sweeping].map((worker) => worker.ended())).then(() => {
      running = false;
    });
    // Nobody misses a session while it moves.
    while (running) expect(await operations.list?.("ada")).toHaveLength(ids.length);
    await ended;
    expect(new Set(visiting.flatMap(({ told }) => told))).toEqual(new Set(["saved"]));
    expect(visiting.slice(1).map(({ told }) => told.length)).toEqual([ids.length + 1, ids.length + 1]);
    await start(script, [former, "", "sweep", "1"]).ended();
    for (const id of ids) expect(await readdir(join(former, "sessions", id.slice(0, 2), id))).toHaveLength(2);
    for (const kind of ["sessions", "owners"]) {
      expect((await readdir(join(former, kind))).filter((name) => name.length !== 2)).toEqual([]);
    }
    expect(await operations.list?.("ada")).toHaveLength(ids.length);
  });
});
