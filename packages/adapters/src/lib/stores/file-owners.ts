import { createHash } from "node:crypto";
import { mkdir, readdir, rmdir, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { did, FILE_MODE, FOLDER_MODE, isOld, MISSING, NOT_EMPTY, namesIn, resultOf } from "./file-system.ts";

/**
 * A folder per owner, with an empty file per id.
 *
 * An id is added before its record is written: there may be too many, never too few. So one whose record is missing may be one
 * that is just being created, and only an old one is removed.
 */
export class OwnerFolders {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Adds the id, or makes it young again. */
  async add(owner: string, id: string): Promise<void> {
    const folder = this.#folder(owner);
    const write = () => writeFile(join(folder, id), "", { mode: FILE_MODE });
    // Again and again, since a sweep may remove the folder while it is empty.
    while (!(await did(write(), MISSING))) await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  }

  async ids(owner: string): Promise<string[]> {
    return (await resultOf(readdir(this.#folder(owner)), MISSING)) ?? [];
  }

  /** For an id without a record. */
  forget(owner: string, id: string): Promise<void> {
    return removeOld(join(this.#folder(owner), id));
  }

  /** Removes old ids without a record, and the folders that are empty. */
  async sweep(hasRecord: (id: string) => Promise<boolean>): Promise<void> {
    for await (const name of namesIn(this.#path)) {
      const folder = join(this.#path, name);
      for await (const id of namesIn(folder)) if (!(await hasRecord(id))) await removeOld(join(folder, id));
      await did(rmdir(folder), [...MISSING, ...NOT_EMPTY]);
    }
  }

  /** An owner can be any text, of any length. */
  #folder(owner: string): string {
    return join(this.#path, createHash("sha256").update(owner).digest("base64url"));
  }
}

async function removeOld(path: string): Promise<void> {
  if (await isOld(path)) await did(unlink(path), MISSING);
}
