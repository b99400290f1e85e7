import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SessionRecord } from "@websession/core";
import { storeContract } from "@websession/core/testing";
import { afterAll, describe, expect, it } from "vitest";
import { fileStore } from "../../src/stores/file.ts";

const root = await mkdtemp(join(tmpdir(), "websession-"));
afterAll(() => rm(root, { recursive: true, force: true }));

let stores = 0;

/** A store in a directory that is not there yet. */
function setUp() {
  const directory = join(root, `store-${stores++}`);
  let passed = 0;
  const store = fileStore(directory, { now: () => Date.now() + passed }).operations;
  const advance = (seconds: number) => {
    passed += seconds * 1000;
  };
  const slot = (id: string) => join(directory, "sessions", id);
  return { directory, store, advance, slot };
}

const now = () => Math.floor(Date.now() / 1000);
const newId = () => crypto.randomUUID();

function aRecord(given: Partial<SessionRecord> = {}): SessionRecord {
  return { version: 1, data: "{}", createdAt: now(), usedAt: now(), expiresAt: now() + 3600, ...given };
}

const everythingIn = (directory: string) => readdir(directory, { recursive: true });

/** As if everything had been written yesterday. */
async function age(directory: string): Promise<void> {
  const yesterday = now() - 86_400;
  for (const name of await everythingIn(directory)) await utimes(join(directory, name), yesterday, yesterday);
}

describe("fileStore", () => {
  const { store, advance } = setUp();
  // Files are so much slower in Deno and Bun that ten thousand would take half a minute.
  const many = "Deno" in globalThis || "Bun" in globalThis ? 2000 : 10_000;
  for (const { name, run } of storeContract(store, { advance, many })) it(name, run, 60_000);
});

describe("the files of fileStore", () => {
  it("can be read by this user only", async () => {
    const { directory, store } = setUp();
    await store.create(newId(), aRecord({ owner: "ada" }));
    await store.create(newId(), aRecord());
    const paths = (await everythingIn(directory)).map((name) => join(directory, name));
    for (const path of [directory, ...paths]) {
      const found = await stat(path);
      expect(`${path} ${(found.mode & 0o777).toString(8)}`).toBe(`${path} ${found.isDirectory() ? "700" : "600"}`);
    }
  });

  it("are not there any more after deletion and sweep", async () => {
    const { directory, store } = setUp();
    const [deleted, expired] = [newId(), newId()];
    await store.create(deleted, aRecord({ owner: "ada" }));
    await store.create(expired, aRecord({ owner: "bob", expiresAt: now() - 1 }));
    await store.delete(deleted);
    await age(directory);
    expect(await store.sweep?.()).toBe(1);
    expect((await everythingIn(directory)).sort()).toEqual(["owners", "sessions"]);
  });

  it("are kept by a sweep where another process may be at work", async () => {
    const { directory, store, slot } = setUp();
    const young = [slot(".draft-1"), slot(newId()), join(directory, "owners", "x")];
    for (const folder of young) await mkdir(folder, { recursive: true });
    for (const folder of young) await writeFile(join(folder, newId()), "");
    await store.sweep?.();
    const before = await everythingIn(directory);
    expect(before.length).toBe(2 + 2 * young.length);
    await age(directory);
    await store.sweep?.();
    expect((await everythingIn(directory)).sort()).toEqual(["owners", "sessions"]);
  });

  it("are kept by a sweep where they are not ours", async () => {
    const { directory, store, slot } = setUp();
    await mkdir(slot("short"), { recursive: true });
    await writeFile(slot(".gitkeep"), "");
    await age(directory);
    expect(await store.sweep?.()).toBe(0);
    expect((await readdir(slot(""))).sort()).toEqual([".gitkeep", "short"]);
  });

  it("let go of old ids in the index of an owner who lists", async () => {
    const { directory, store } = setUp();
    const id = newId();
    await store.create(id, aRecord({ owner: "ada" }));
    await store.delete(id);
    expect(await store.list?.("ada")).toEqual([]);
    expect((await everythingIn(directory)).filter((name) => name.endsWith(id))).toHaveLength(1);
    await age(directory);
    expect(await store.list?.("ada")).toEqual([]);
    expect((await everythingIn(directory)).filter((name) => name.endsWith(id))).toEqual([]);
  });

  it.each(["", '{"data":"{}","crea'])("count as missing after a power cut that left %j", async (text) => {
    const { store, slot } = setUp();
    const id = newId();
    await store.create(id, aRecord());
    const body = (await readdir(slot(id))).find((name) => !name.includes("."));
    await writeFile(join(slot(id), String(body)), text);
    expect(await store.read(id)).toBeUndefined();
    await rm(join(slot(id), String(body)));
    expect(await store.read(id)).toBeUndefined();
    await store.delete(id);
    expect(await readdir(slot(""))).toEqual([]);
  });
});

describe("what fileStore refuses", () => {
  it.each([
    "",
    "..",
    "../../../../etc/passwd-of-somebody",
    `${newId()}/x`,
    newId().repeat(2),
    ".draft-4567890123456789012",
  ])("the id %j", async (id) => {
    const { store } = setUp();
    const refusal = { name: "SessionError", code: "ERR_INVALID_ARGUMENT" };
    await expect(store.read(id)).rejects.toMatchObject(refusal);
    await expect(store.create(id, aRecord())).rejects.toMatchObject(refusal);
    await expect(store.update(id, aRecord(), 1)).rejects.toMatchObject(refusal);
    await expect(store.touch(id, 1, 2, 1)).rejects.toMatchObject(refusal);
    await expect(store.delete(id)).rejects.toMatchObject(refusal);
  });

  it("no directory", () => {
    expect(() => fileStore("")).toThrow(/^fileStore: directory must be a path/);
  });

  it("a directory that can't be one, with the error of the system", async () => {
    const path = join(root, "a-file");
    await writeFile(path, "");
    const store = fileStore(path).operations;
    await expect(store.create(newId(), aRecord())).rejects.toMatchObject({ code: "ENOTDIR" });
    await expect(store.read(newId())).rejects.toMatchObject({ code: "ENOTDIR" });
  });
});
