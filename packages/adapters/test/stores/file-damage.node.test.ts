import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SessionRecord } from "@websession/core";
import { describe, expect, it } from "vitest";
import { age, contentOf, setUpIn, temporaryFolder } from "./file-setup.ts";
import { aRecord, newId, seconds } from "./records.ts";

const root = await temporaryFolder();

async function created(given: Partial<SessionRecord> = {}) {
  const setUp = setUpIn(root);
  const id = newId();
  await setUp.store.create(id, aRecord(given));
  const slot = setUp.slot(id);
  const names = await readdir(slot);
  const body = String(names.find((name) => !name.includes(".")));
  const state = String(names.find((name) => name.includes(".")));
  const rewrite = (text: string) => writeFile(join(slot, body), text);
  const renameState = (name: string) => rename(join(slot, state), join(slot, name));
  return { ...setUp, id, path: slot, body, rewrite, renameState };
}

describe("a record of fileStore that a power cut left incomplete", () => {
  const torn = ["", '{"data":"{}","crea', "\0\0\0\0"];

  it.each(torn)("is missing for every operation once it was read: %j", async (text) => {
    const { store, id, rewrite, directory } = await created();
    await rewrite(text);
    expect(await store.read(id)).toBeUndefined();
    expect(await contentOf(directory)).toEqual([]);
    expect(await store.update(id, aRecord({ version: 2 }), 1)).toBe("missing");
    expect(await store.touch(id, seconds(), seconds() + 60, 1)).toBe("missing");
    expect(await store.create(id, aRecord({ data: '"new"' }))).toBe(true);
    expect((await store.read(id))?.data).toBe('"new"');
  });

  it("is missing where the data is gone", async () => {
    const { store, id, body, path } = await created();
    await rm(join(path, body));
    expect(await store.read(id)).toBeUndefined();
    expect(await store.create(id, aRecord())).toBe(true);
  });

  it("is whole again after an update, or gone after delete", async () => {
    const { store, id, rewrite, directory } = await created();
    await rewrite("");
    expect(await store.update(id, aRecord({ version: 2 }), 1)).toBe("saved");
    expect((await store.read(id))?.version).toBe(2);
    await store.delete(id);
    expect(await contentOf(directory)).toEqual([]);
  });
});

describe("what is no record in fileStore", () => {
  it.each(["null", "[]", '"text"', "5", '{"data":7,"owner":[],"createdAt":"x"}'])(
    "is given as it is, for the core to refuse, and can be deleted: data %s",
    async (text) => {
      const { store, id, rewrite, directory } = await created();
      await rewrite(text);
      const record = await store.read(id);
      expect(record?.version).toBe(1);
      expect(typeof record?.data).not.toBe("string");
      await store.delete(id);
      expect(await store.read(id)).toBeUndefined();
      expect(await contentOf(directory)).toEqual([]);
    },
  );

  it.each(["x.y.z.BODY", "1.2.never.BODY", "99999999999999999999.1.99999999999.BODY"])(
    "is given as it is, for the core to refuse, and can be deleted: the state %s",
    async (name) => {
      const { store, id, renameState, body, directory } = await created();
      await renameState(name.replace("BODY", body));
      const record = await store.read(id);
      expect(record?.data).toBe("0");
      expect([record?.version, record?.expiresAt].every(Number.isSafeInteger)).toBe(false);
      await store.delete(id);
      expect(await store.read(id)).toBeUndefined();
      expect(await contentOf(directory)).toEqual([]);
    },
  );

  it.each(["nonsense.", "1.2.9999999999", "a.b.c.d.e"])(
    "is missing where the state names no data: %s",
    async (name) => {
      const { store, id, renameState, directory } = await created();
      await renameState(name);
      expect(await store.read(id)).toBeUndefined();
      expect(await contentOf(directory)).toEqual([]);
    },
  );

  it("is removed by a sweep once it is old", async () => {
    const { store, renameState, body, directory } = await created();
    await renameState(`x.y.z.${body}`);
    expect(await store.sweep?.()).toBe(0);
    expect(await contentOf(directory)).toHaveLength(3);
    await age(directory);
    expect(await store.sweep?.()).toBe(0);
    expect(await contentOf(directory)).toEqual([]);
  });

  it("is not mistaken for the record beside it", async () => {
    const { store, id, path, directory } = await created({ data: '"mine"' });
    for (const name of [".DS_Store", "-1.0.0.copy", "backup.tar"]) await writeFile(join(path, name), "");
    expect((await store.read(id))?.data).toBe('"mine"');
    expect(await store.update(id, aRecord({ version: 2 }), 1)).toBe("saved");
    expect(await store.touch(id, seconds(), seconds() + 60, 2)).toBe("saved");
    await store.delete(id);
    expect(await store.read(id)).toBeUndefined();
    expect(await contentOf(directory)).toEqual([]);
  });

  it("ends in an error where it can't be removed, not in a loop", async () => {
    const { store, id, path } = await created();
    await mkdir(join(path, "folder", "x"), { recursive: true });
    await expect(store.delete(id)).rejects.toThrow(path);
  });
});
