import { createHash } from "node:crypto";
import { mkdir, rmdir, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { OwnFolders } from "./file-folders.ts";
import { isId, isShard, shardOf } from "./file-names.ts";
import { openPrivate } from "./file-private.ts";
import { did, EXISTS, FILE_MODE, FOLDER_MODE, isOld, MISSING, NOT_EMPTY, namesIn } from "./file-system.ts";

const OWNERS = "owners";

/**
 * A folder per owner, `owners/<2>/<hash>`, with an empty file per id.
 *
 * An id is added before its record is written: there may be too many, never too few. So one whose record is missing may be one
 * that is just being created, and only an old one is removed.
 *
 * The former layout was `owners/<hash>`. It is still read; a sweep moves what is in it.
 */
export class OwnerFolders {
  readonly #folders: OwnFolders;

  constructor(folders: OwnFolders) {
    this.#folders = folders;
  }

  /** Adds the id, or makes it young again. */
  add(owner: string, id: string): Promise<void> {
    return this.#write(this.#folder(hashOf(owner)), id);
  }

  /** At most so many, in no order. */
  async ids(owner: string, limit: number = Number.POSITIVE_INFINITY): Promise<string[]> {
    const ids = new Set<string>();
    for (const folder of this.#foldersOf(owner)) {
      for await (const id of this.#idsIn(folder)) {
        if (ids.size >= limit) break;
        ids.add(id);
      }
    }
    return [...ids];
  }

  /** For an id without a record. */
  async forget(owner: string, id: string): Promise<void> {
    for (const folder of this.#foldersOf(owner)) await removeOld(join(folder, id));
  }

  /** Removes old ids without a record, and the folders that are empty. */
  async sweep(hasRecord: (id: string) => Promise<boolean>): Promise<void> {
    for await (const name of this.#namesIn(this.#folders.path(OWNERS))) {
      const path = this.#folders.path(OWNERS, name);
      if (isHash(name)) await this.#sweepFormer(name, hasRecord);
      if (isShard(name)) {
        for await (const hash of this.#namesIn(path)) {
          if (isHash(hash)) await this.#sweepFolder(join(path, hash), hasRecord);
        }
      }
    }
  }

  async #sweepFolder(folder: string, hasRecord: (id: string) => Promise<boolean>): Promise<void> {
    for await (const id of this.#idsIn(folder)) if (!(await hasRecord(id))) await removeOld(join(folder, id));
    await did(rmdir(folder), [...MISSING, ...NOT_EMPTY]);
  }

  /** An id is in the new place before it leaves the former one, so that a list, which reads the former one first, misses none. */
  async #sweepFormer(hash: string, hasRecord: (id: string) => Promise<boolean>): Promise<void> {
    const former = this.#formerFolder(hash);
    for await (const id of this.#idsIn(former)) {
      if (!(await hasRecord(id))) continue;
      await this.#write(this.#folder(hash), id);
      await did(unlink(join(former, id)), MISSING);
    }
    await this.#sweepFolder(former, hasRecord);
  }

  /** Again where a sweep removes the folder meanwhile, as it is empty. */
  #write(folder: string, id: string): Promise<void> {
    return this.#folders.inside(dirname(folder), async () => {
      if (!(await openPrivate(folder))) await did(mkdir(folder, { mode: FOLDER_MODE }), EXISTS);
      await writeFile(join(folder, id), "", { mode: FILE_MODE });
    });
  }

  async *#idsIn(folder: string): AsyncGenerator<string> {
    if (!(await this.#folders.has(dirname(folder))) || !(await openPrivate(folder))) return;
    for await (const name of namesIn(folder)) if (isId(name)) yield name;
  }

  async *#namesIn(folder: string): AsyncGenerator<string> {
    if (await this.#folders.has(folder)) yield* namesIn(folder);
  }

  /** The former one first: see `#sweepFormer`. */
  #foldersOf(owner: string): string[] {
    const hash = hashOf(owner);
    return [this.#formerFolder(hash), this.#folder(hash)];
  }

  #folder(hash: string): string {
    return this.#folders.path(OWNERS, shardOf(hash), hash);
  }

  #formerFolder(hash: string): string {
    return this.#folders.path(OWNERS, hash);
  }
}

/** An owner can be any text, of any length. */
function hashOf(owner: string): string {
  return createHash("sha256").update(owner).digest("base64url");
}

function isHash(name: string): boolean {
  return /^[\w-]{43}$/.test(name);
}

async function removeOld(path: string): Promise<void> {
  if (await isOld(path)) await did(unlink(path), MISSING);
}
