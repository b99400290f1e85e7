import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, rmdir, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SessionRecord } from "@websession/core";
import { openPrivate } from "./file-private.ts";
import { bodyText, isState, readBody, type SlotBody, type SlotState, stateAmong, stateName } from "./file-state.ts";
import { did, FILE_MODE, FOLDER_MODE, MISSING, NOT_EMPTY, resultOf } from "./file-system.ts";

/** What was seen in a slot. Without a state it is dead, and stays so. */
export interface Look {
  readonly state: SlotState | undefined;
  readonly bodies: readonly string[];
}

/**
 * The folder of one session: an empty file whose name is the state, and the file with the data that this name points to.
 *
 * Renaming a file is atomic, and fails where its name is gone. So renaming the state is the compare-and-set, between processes
 * too, without a lock that one of them could leave behind. A body is never changed, and no state points to it again once it was
 * replaced: a process that loses a race can do no harm, however late it continues.
 */
export class FileSlot {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Makes the folder, with a first state. */
  async fill(record: SessionRecord): Promise<void> {
    await mkdir(this.path, { mode: FOLDER_MODE });
    try {
      const body = randomUUID();
      await this.#write(body, bodyText(record));
      await this.#write(stateName({ ...record, body }), "");
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  /** False where the other slot is not empty. */
  moveTo(other: FileSlot): Promise<boolean> {
    return did(rename(this.path, other.path), NOT_EMPTY);
  }

  /** Undefined where there is no such slot. Rejects where it may be another user's. */
  async look(): Promise<Look | undefined> {
    const reading = resultOf(readdir(this.path), MISSING);
    // At the same time, but what is wrong with the folder says more than an error of reading it.
    reading.catch(() => {});
    await openPrivate(this.path);
    const names = await reading;
    return names && { state: stateAmong(names), bodies: names.filter((name) => !isState(name)) };
  }

  /** Undefined where the state has moved on, or where a power cut took the text. */
  async body(state: SlotState): Promise<SlotBody | undefined> {
    if (state.body === "") return undefined;
    const text = await resultOf(readFile(this.#file(state.body), "utf8"), MISSING);
    return text === undefined ? undefined : readBody(text);
  }

  /** False where the state is no longer this one. */
  async replace(state: SlotState, record: SessionRecord, bodies: readonly string[]): Promise<boolean> {
    const body = randomUUID();
    const written = await did(this.#write(body, bodyText(record)), MISSING);
    const won = written && (await this.#move(state, stateName({ ...record, body })));
    // What was seen under the old state, unfinished work of others too, can't be pointed to any more.
    await this.#drop(won ? bodies : [body]);
    return won;
  }

  /** False where the state is no longer this one. */
  touch(state: SlotState, usedAt: number, expiresAt: number): Promise<boolean> {
    return this.#move(state, stateName({ ...state, usedAt, expiresAt }));
  }

  /** Removes what was seen; false where the state is no longer that. */
  async clear({ state, bodies }: Look): Promise<boolean> {
    if (state !== undefined && !(await did(unlink(this.#file(state.name)), MISSING))) return false;
    await this.#drop(bodies);
    await did(rmdir(this.path), [...MISSING, ...NOT_EMPTY]);
    return true;
  }

  /** Removes it whatever is in it: for a draft, where nobody else is at work. */
  discard(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }

  #move(state: SlotState, name: string): Promise<boolean> {
    return did(rename(this.#file(state.name), this.#file(name)), MISSING);
  }

  /** Leaves nothing behind where it fails, as on a full disk. */
  async #write(name: string, text: string): Promise<void> {
    try {
      await writeFile(this.#file(name), text, { flag: "wx", mode: FILE_MODE });
    } catch (error) {
      await did(unlink(this.#file(name)), MISSING);
      throw error;
    }
  }

  async #drop(bodies: readonly string[]): Promise<void> {
    await Promise.all(bodies.map((name) => did(unlink(this.#file(name)), MISSING)));
  }

  #file(name: string): string {
    return join(this.path, name);
  }
}
