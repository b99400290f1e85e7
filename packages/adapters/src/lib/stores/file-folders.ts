import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openDirectory, openPrivate } from "./file-private.ts";
import { untilDone } from "./file-rounds.ts";
import { did, EXISTS, FOLDER_MODE, MISSING, resultOf } from "./file-system.ts";

/**
 * The store's directory and the folders in it that stay: all are this user's, and private.
 *
 * Each is checked once per process, because inside a private folder of ours nobody else can replace anything later. The owner of
 * a parent could replace it, but what is put there does not belong to this user, and a record that is moved does not have the id
 * of its new place: both are refused. Folders that come and go may have been put there by others while their parent was open. So
 * each use of one checks it, which costs one `lstat` beside a `readdir`.
 */
export class OwnFolders {
  readonly #directory: string;
  readonly #names: readonly string[];
  readonly #checked = new Set<string>();

  /** `names`: of the folders that the store keeps in its directory. */
  constructor(directory: string, names: readonly string[]) {
    this.#directory = directory;
    this.#names = names;
  }

  path(...names: string[]): string {
    return join(this.#directory, ...names);
  }

  /** Whether the folder is there. Rejects unless it and those above it are ours and private. */
  async has(folder: string): Promise<boolean> {
    if (this.#checked.has(folder)) return true;
    const found = await this.#check(folder);
    if (found) this.#checked.add(folder);
    return found;
  }

  /** Makes the folder, and those above it, where they are missing. */
  async make(folder: string): Promise<void> {
    await makeFolder(folder);
    await this.has(folder);
  }

  /** Does work that fails where the folder is missing, and makes the folder for it. */
  async inside(folder: string, work: () => Promise<void>): Promise<void> {
    await untilDone(folder, async () => {
      if (!(await this.has(folder))) await this.make(folder);
      const done = await did(work(), MISSING);
      // Somebody has removed it since it was checked.
      if (!done) await makeFolder(folder);
      return done || undefined;
    });
  }

  async #check(folder: string): Promise<boolean> {
    if (folder === this.#directory) return openDirectory(folder, this.#names);
    return (await this.has(dirname(folder))) && openPrivate(folder);
  }
}

/** Step by step, because Node's `recursive` never returns where a parent can't be made, as in /proc. */
async function makeFolder(path: string): Promise<void> {
  const make = () => did(mkdir(path, { mode: FOLDER_MODE }), EXISTS);
  if ((await resultOf(make(), MISSING)) !== undefined) return;
  await makeFolder(dirname(path));
  await make();
}
