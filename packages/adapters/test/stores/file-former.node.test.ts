import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fileStore } from "../../src/stores/file.ts";
import { age, contentOf, everythingIn, intoFormerLayout, setUpIn, temporaryFolder } from "./file-setup.ts";
import { aRecord, newId, seconds } from "./records.ts";

const root = await temporaryFolder();

/** Three sessions of ada where the former version of the store had them. */
async function former() {
  const setUp = setUpIn(root);
  const ids = [newId(), newId(), newId()];
  for (const id of ids) await setUp.store.create(id, aRecord({ owner: "ada", data: JSON.stringify(id) }));
  await intoFormerLayout(setUp.directory);
  const [hash = ""] = await readdir(join(setUp.directory, "owners"));
  const [first = "", second = "", third = ""] = ids;
  return { ...setUp, store: fileStore(setUp.directory).operations, ids, first, second, third, hash };
}

describe("the sessions of the former layout of fileStore", () => {
  it("are read, and move to their folder", async () => {
    const { store, ids, slot, formerSlot } = await former();
    for (const id of ids) {
      expect((await store.read(id))?.data).toBe(JSON.stringify(id));
      expect(await readdir(slot(id))).toHaveLength(2);
      await expect(readdir(formerSlot(id))).rejects.toMatchObject({ code: "ENOENT" });
    }
  });

  it("are written, touched and deleted", async () => {
    const { store, first, second, third, directory } = await former();
    expect(await store.update(first, aRecord({ version: 2 }), 1)).toBe("saved");
    expect(await store.touch(second, seconds(), seconds() + 60, 1)).toBe("saved");
    await store.delete(third);
    expect([(await store.read(first))?.version, (await store.read(second))?.version]).toEqual([2, 1]);
    expect(await store.read(third)).toBeUndefined();
    expect((await everythingIn(join(directory, "sessions"))).filter((name) => name.includes(third))).toEqual([]);
  });

  it("have taken their ids", async () => {
    const { store, first } = await former();
    expect(await store.create(first, aRecord({ data: '"other"' }))).toBe(false);
    expect((await store.read(first))?.data).toBe(JSON.stringify(first));
  });

  it("are listed, with those that were added since", async () => {
    const { store, ids } = await former();
    const added = newId();
    await store.create(added, aRecord({ owner: "ada" }));
    const listed = (await store.list?.("ada"))?.map(({ id }) => id);
    expect(listed?.sort()).toEqual([...ids, added].sort());
    expect(await store.list?.("ada", 2)).toHaveLength(2);
  });

  it("are moved by a sweep, or removed if they have expired, and so is the index of owners", async () => {
    const { store, ids, first, slot, directory, hash, formerSlot } = await former();
    await store.touch(first, seconds() - 10, seconds() - 1, 1);
    await rename(slot(first), formerSlot(first));
    await mkdir(formerSlot(".draft-1"));
    await age(directory);
    expect(await store.sweep?.()).toBe(1);
    const left = ids.slice(1);
    for (const id of left) expect(await readdir(slot(id))).toHaveLength(2);
    expect(await readdir(join(directory, "owners", hash.slice(0, 2), hash))).toEqual(expect.arrayContaining(left));
    expect((await readdir(join(directory, "owners"))).concat(await readdir(join(directory, "sessions")))).toSatisfy(
      (names: string[]) => names.every((name) => name.length === 2),
    );
    expect((await store.list?.("ada"))?.map(({ id }) => id).sort()).toEqual(left.sort());
  });

  it("are forgotten in the former index too", async () => {
    const { store, first, directory, hash } = await former();
    await store.delete(first);
    await age(directory);
    await store.list?.("ada");
    expect(await readdir(join(directory, "owners", hash))).not.toContain(first);
  });

  it("do not come back after a deletion where the id is in both places", async () => {
    const { store, first, slot, formerSlot, directory } = await former();
    await store.read(first);
    await mkdir(formerSlot(first));
    await writeFile(join(formerSlot(first), "body"), '{"data":"\\"older\\"","createdAt":1}');
    await writeFile(join(formerSlot(first), `1.1.${seconds() + 60}.body`), "");
    expect((await store.read(first))?.data).toBe(JSON.stringify(first));
    await store.delete(first);
    expect(await store.read(first)).toBeUndefined();
    await expect(readdir(slot(first))).rejects.toMatchObject({ code: "ENOENT" });
    expect((await contentOf(join(directory))).filter((name) => name.startsWith(`sessions/${first}`))).toEqual([]);
  });
});
