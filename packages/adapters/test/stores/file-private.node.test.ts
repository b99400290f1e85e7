import { chmod, chown, mkdir, readdir, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StoreOperations } from "@websession/core";
import { describe, expect, it } from "vitest";
import { fileStore } from "../../src/stores/file.ts";
import { isRoot, STRANGER, setUpIn, temporaryFolder } from "./file-setup.ts";
import { aRecord, newId, seconds } from "./records.ts";

const root = await temporaryFolder();
if (!isRoot)
  console.warn("Skipped: what fileStore does with folders of another user. Only root can make them (chown).");

const modeOf = async (path: string) => ((await stat(path)).mode & 0o7777).toString(8);
const fresh = (directory: string) => fileStore(directory).operations;

/** A directory with a session of ada. */
async function used() {
  const setUp = setUpIn(root);
  const id = newId();
  await setUp.store.create(id, aRecord({ owner: "ada", data: '"mine"' }));
  const [hash = ""] = await readdir(join(setUp.directory, "owners"));
  const [ownerFolder = ""] = await readdir(join(setUp.directory, "owners", hash));
  return {
    ...setUp,
    id,
    shard: join(setUp.slot(id), ".."),
    ownerFolder: join(setUp.directory, "owners", hash, ownerFolder),
  };
}

/** What the folders of a store are called in the tests, and where they are. */
const places = {
  "the directory": (found: Used) => found.directory,
  sessions: (found: Used) => join(found.directory, "sessions"),
  owners: (found: Used) => join(found.directory, "owners"),
  "a folder of sessions": (found: Used) => found.shard,
  "a session": (found: Used) => found.slot(found.id),
  "a folder of owners": (found: Used) => join(found.ownerFolder, ".."),
  "an owner": (found: Used) => found.ownerFolder,
};
type Used = Awaited<ReturnType<typeof used>>;
const everyPlace = Object.entries(places);

/** Reads a session and the list of its owner: all places are used. */
async function useBoth(store: StoreOperations, id: string): Promise<void> {
  await store.read(id);
  await store.list?.("ada");
}

async function refusal(work: Promise<unknown>, store: StoreOperations): Promise<{ message: string; cure: string }> {
  const error: unknown = await work.then(
    () => expect.unreachable("it was not refused"),
    (reason) => reason,
  );
  return { message: String(error), cure: String(store.cureFor?.(error)) };
}

describe("a folder of fileStore", () => {
  it.each(everyPlace)("is made private where others could only read it: %s", async (_, place) => {
    const found = await used();
    await chmod(place(found), 0o755);
    await useBoth(fresh(found.directory), found.id);
    expect(await modeOf(place(found))).toBe("700");
  });

  it.each(["", "sessions", "owners", "sessions/ab"])(
    "is made private where others could write to it: '%s', empty",
    async (name) => {
      const { directory, store } = setUpIn(root);
      const path = join(directory, name);
      await mkdir(path, { recursive: true });
      await chmod(path, 0o777);
      await store.create(`ab${newId()}`, aRecord({ owner: "ada" }));
      expect(await modeOf(path)).toBe("700");
    },
  );

  it.each(everyPlace.slice(1))("is refused where others could write into it: %s", async (_, place) => {
    const found = await used();
    for (const mode of [0o777, 0o770]) {
      await chmod(place(found), mode);
      const store = fresh(found.directory);
      const { message, cure } = await refusal(useBoth(store, found.id), store);
      expect(message).toBe(
        `Error: Others may write to ${place(found)} (mode ${mode.toString(8)}), so what is in it may be theirs`,
      );
      expect(cure).toContain(`chmod -R go= ${place(found)}`);
      await chmod(place(found), 0o700);
      await useBoth(store, found.id);
    }
  });

  it.each(everyPlace)("is refused where it is a symbolic link: %s", async (_, place) => {
    const found = await used();
    await rename(place(found), join(root, "elsewhere"));
    await symlink(join(root, "elsewhere"), place(found));
    const store = fresh(found.directory);
    const { message, cure } = await refusal(useBoth(store, found.id), store);
    await rm(join(root, "elsewhere"), { recursive: true });
    expect(message).toBe(`Error: ${place(found)} is a symbolic link, but must be a folder`);
    expect(cure).toMatch(/^Pass fileStore the path that it points to/);
  });

  it.skipIf(!isRoot).each(everyPlace)("is refused where it is another user's: %s", async (_, place) => {
    const found = await used();
    await chown(place(found), STRANGER, STRANGER);
    const store = fresh(found.directory);
    const { message, cure } = await refusal(useBoth(store, found.id), store);
    expect(message).toContain(`${place(found)} belongs to another user (uid ${STRANGER}), but must belong to this one`);
    expect(cure).toMatch(/^Run as that user; or pass fileStore another directory/);
  });

  it.skipIf(isRoot)("is refused where it is root's", async () => {
    const store = fresh("/usr");
    const { message } = await refusal(store.read(newId()), store);
    expect(message).toContain("/usr belongs to another user (uid 0)");
  });
});

describe.skipIf(!isRoot)("a session that another user has put into the directory of fileStore", () => {
  it("is not read, written, deleted or swept", async () => {
    const { store, id, slot, directory } = await used();
    await chown(slot(id), STRANGER, STRANGER);
    for (const work of [
      () => store.read(id),
      () => store.list?.("ada"),
      () => store.update(id, aRecord({ version: 2 }), 1),
      () => store.touch(id, seconds(), seconds() + 60, 1),
      () => store.create(id, aRecord()),
      () => store.delete(id),
      () => store.sweep?.(),
    ]) {
      await expect(work()).rejects.toThrow(`${slot(id)} belongs to another user (uid ${STRANGER})`);
    }
    expect(await readdir(slot(id))).toHaveLength(2);
    expect((await readdir(join(slot(id), ".."))).filter((name) => name !== id)).toEqual([]);
    await rm(slot(id), { recursive: true });
    expect(await fresh(directory).read(id)).toBeUndefined();
  });

  it("is not taken over from the former layout", async () => {
    const { store, id, slot, formerSlot } = await used();
    await rename(slot(id), formerSlot(id));
    await chown(formerSlot(id), STRANGER, STRANGER);
    await expect(store.read(id)).rejects.toThrow(`${formerSlot(id)} belongs to another user`);
    expect(await readdir(formerSlot(id))).toHaveLength(2);
  });
});

describe("a directory of fileStore that holds other things", () => {
  it("keeps its mode where others can only read it", async () => {
    const { directory, store } = setUpIn(root);
    await mkdir(directory);
    await chmod(directory, 0o755);
    await writeFile(join(directory, "index.html"), "");
    await store.create(newId(), aRecord());
    expect([await modeOf(directory), await modeOf(join(directory, "sessions"))]).toEqual(["755", "700"]);
  });

  it.each([0o775, 0o1777])("is refused where others can write to it, and keeps its mode: %o", async (mode) => {
    const { directory, store } = setUpIn(root);
    await mkdir(directory);
    await writeFile(join(directory, "index.html"), "");
    await chmod(directory, mode);
    const { message, cure } = await refusal(store.create(newId(), aRecord()), store);
    expect(message).toBe(
      `Error: Others may write to ${directory} (mode ${mode.toString(8)}), and it holds other things ("index.html")`,
    );
    expect(cure).toContain(`like ${join(directory, "websession")}`);
    expect(await modeOf(directory)).toBe(mode.toString(8));
    expect(await readdir(directory)).toEqual(["index.html"]);
  });
});

describe("a parent of the directory of fileStore", () => {
  /** A store two folders below the parent. */
  async function below(mode: number, owner?: number) {
    const parent = join(root, newId());
    await mkdir(join(parent, "app"), { recursive: true });
    await chmod(parent, mode);
    if (owner !== undefined) await chown(parent, owner, owner);
    return { parent, store: fresh(join(parent, "app", "store")), other: fresh(join(parent, "app", "store")) };
  }

  it.each([0o700, 0o755, 0o775, 0o2775, 0o1777])("may have mode %o", async (mode) => {
    const { store } = await below(mode);
    expect(await store.create(newId(), aRecord())).toBe(true);
  });

  it.each([0o777, 0o757])("is refused where everybody may rename what is in it: %o", async (mode) => {
    const { parent, store, other } = await below(mode);
    const { message, cure } = await refusal(store.create(newId(), aRecord()), store);
    expect(message).toContain(`Everybody may write to ${parent} (mode ${mode.toString(8)}), and so replace `);
    expect(cure).toContain(`chmod o-w ${parent}, or, if it is for everybody, chmod +t ${parent}`);
    await chmod(parent, 0o1777);
    expect(await other.create(newId(), aRecord())).toBe(true);
  });

  it.skipIf(!isRoot)("may be another user's, who deploys the application or owns the volume", async () => {
    const { store } = await below(0o755, STRANGER);
    expect(await store.create(newId(), aRecord())).toBe(true);
  });

  it("may be a link, and what it points to is checked", async () => {
    const good = join(root, newId());
    const { parent } = await below(0o777);
    await symlink(root, good);
    expect(await fresh(join(good, newId())).create(newId(), aRecord())).toBe(true);
    const bad = join(root, newId());
    await symlink(join(parent, "app"), bad);
    await expect(fresh(join(bad, "store")).create(newId(), aRecord())).rejects.toThrow(
      `Everybody may write to ${parent}`,
    );
  });
});
