import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { storeContract } from "@websession/core/testing";
import { describe, expect, it } from "vitest";
import { fileStore } from "../../src/stores/file.ts";
import { age, contentOf, everythingIn, setUpIn, temporaryFolder } from "./file-setup.ts";
import { aRecord, newId, seconds } from "./records.ts";
import { buildWorker, start } from "./servers/file-processes.ts";

const root = await temporaryFolder();
const setUp = () => setUpIn(root);
const script = await buildWorker(root);

describe("fileStore", () => {
  const { store, advance } = setUp();
  // Files are so much slower in Deno and Bun that ten thousand would take half a minute.
  const many = "Deno" in globalThis || "Bun" in globalThis ? 2000 : 10_000;
  for (const { name, run } of storeContract(store, { advance, many })) it(name, run, 60_000);
});

describe("the files of fileStore", () => {
  it.each(["0", "002", "022", "077"])("can be read by this user only, with umask %s", async (umask) => {
    const { directory } = setUp();
    await start(script, [directory, newId(), "create", "1", "a"], { umask }).ended();
    const paths = (await everythingIn(directory)).map((name) => join(directory, name));
    expect(paths).toHaveLength(9);
    for (const path of [directory, ...paths]) {
      const found = await stat(path);
      expect(`${path} ${(found.mode & 0o777).toString(8)}`).toBe(`${path} ${found.isDirectory() ? "700" : "600"}`);
    }
  });

  it("are spread over folders by the first two characters of the id, and of the owner's hash", async () => {
    const { directory, store, slot } = setUp();
    const ids = Array.from({ length: 50 }, newId);
    for (const id of ids) await store.create(id, aRecord({ owner: id }));
    for (const id of ids) expect(await readdir(slot(id))).toHaveLength(2);
    for (const kind of ["sessions", "owners"]) {
      const names = await readdir(join(directory, kind));
      expect(names.filter((name) => name.length !== 2)).toEqual([]);
      expect(names.length).toBeGreaterThan(20);
    }
  });

  it("are not there any more after deletion and sweep", async () => {
    const { directory, store } = setUp();
    const [deleted, expired] = [newId(), newId()];
    await store.create(deleted, aRecord({ owner: "ada" }));
    await store.create(expired, aRecord({ owner: "bob", expiresAt: seconds() - 1 }));
    await store.delete(deleted);
    await age(directory);
    expect(await store.sweep?.()).toBe(1);
    expect(await contentOf(directory)).toEqual([]);
  });

  it("are kept by a sweep where another process may be at work", async () => {
    const { directory, store, slot, formerSlot } = setUp();
    await store.create(newId(), aRecord({ owner: "ada", expiresAt: seconds() - 1 }));
    const id = newId();
    const draft = ".draft-0123";
    const young = [slot(id), join(slot(id), "..", draft), formerSlot(draft), formerSlot(newId())];
    for (const folder of young) await mkdir(folder, { recursive: true });
    for (const folder of young) await writeFile(join(folder, newId()), "");
    await store.sweep?.();
    const kept = await contentOf(directory);
    expect(kept).toHaveLength(2 * young.length + 2);
    await age(directory);
    await store.sweep?.();
    expect(await contentOf(directory)).toEqual([]);
  });

  it("don't keep a sweep from what comes behind them: it says so at the end", async () => {
    const { store, slot } = setUp();
    const ids = Array.from({ length: 40 }, newId);
    for (const id of ids) await store.create(id, aRecord({ expiresAt: seconds() - 1 }));
    const stray = slot(newId());
    await mkdir(join(stray, ".."), { recursive: true });
    await writeFile(stray, "no folder");
    await expect(store.sweep?.()).rejects.toThrow(`${stray} is a file`);
    await rm(stray);
    expect(await store.sweep?.()).toBe(0);
  });

  it("are kept by a sweep where they are not ours", async () => {
    const { directory, store, slot, formerSlot } = setUp();
    const id = newId();
    await mkdir(join(slot(id), "..", "short"), { recursive: true });
    await mkdir(formerSlot("short"));
    await writeFile(formerSlot(".gitkeep"), "");
    await age(directory);
    expect(await store.sweep?.()).toBe(0);
    const kept = [".gitkeep", "short", join(id.slice(0, 2), "short")];
    expect(await contentOf(directory)).toEqual(kept.map((name) => join("sessions", name)).sort());
  });

  it("are as they were where the name of an owner's folder, or of what is in it, is not ours", async () => {
    const { directory, store } = setUp();
    await store.create(newId(), aRecord({ owner: "ada" }));
    const [folder = ""] = (await everythingIn(join(directory, "owners"))).filter((name) => /^..\/[^/]+$/.test(name));
    await writeFile(join(directory, "owners", folder, ".DS_Store"), "");
    await writeFile(join(directory, "owners", ".DS_Store"), "");
    await age(directory);
    await store.sweep?.();
    expect(await store.list?.("ada")).toHaveLength(1);
    expect((await contentOf(directory)).filter((name) => name.endsWith(".DS_Store"))).toHaveLength(2);
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

  it("are made again where somebody has removed the directory", async () => {
    const { directory, store } = setUp();
    const id = newId();
    await store.create(id, aRecord({ owner: "ada" }));
    await rm(directory, { recursive: true });
    expect(await store.read(id)).toBeUndefined();
    expect(await store.create(id, aRecord({ owner: "ada" }))).toBe(true);
    expect(await store.list?.("ada")).toHaveLength(1);
  });
});

describe("a list of fileStore with a limit", () => {
  it("looks at a thousand ids of an owner with many, and forgets those whose records are gone", async () => {
    const { directory, store } = setUp();
    await store.create(newId(), aRecord({ owner: "ada" }));
    const [folder = ""] = (await everythingIn(join(directory, "owners"))).filter((name) => /^..\/[^/]+$/.test(name));
    const index = join(directory, "owners", folder);
    await Promise.all(Array.from({ length: 1500 }, () => writeFile(join(index, newId()), "")));
    await age(index);
    await store.list?.("ada", 10);
    // The living one may be among those that were looked at.
    expect([501, 502]).toContain((await readdir(index)).length);
    await store.list?.("ada", 10);
    expect(await readdir(index)).toHaveLength(1);
    expect(await store.list?.("ada", 10)).toHaveLength(1);
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
});
