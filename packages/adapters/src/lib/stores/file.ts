import { resolve } from "node:path";
import {
  defineStore,
  type OwnedRecord,
  type SessionRecord,
  type SessionStore,
  type StoreOperations,
  type UpdateResult,
} from "@websession/core";
import { checkOption } from "./check-option.ts";
import { cureForFiles } from "./file-errors.ts";
import { OwnFolders } from "./file-folders.ts";
import { OwnerFolders } from "./file-owners.ts";
import { untilDone } from "./file-rounds.ts";
import type { FileSlot, Look } from "./file-slot.ts";
import { SlotFolders } from "./file-slots.ts";
import { recordOf, type SlotState } from "./file-state.ts";
import { isOld } from "./file-system.ts";
import { lookedAt, usedLast } from "./used-last.ts";

export interface FileStoreOptions {
  /** The clock in milliseconds, for tests. Default `Date.now`. */
  readonly now?: () => number;
}

/**
 * Keeps sessions in a directory, each in a folder of its own that only this user can read. It is made when first needed.
 *
 * Several processes of one machine may share it, and each may be killed at any moment. A power cut may take the last seconds.
 * Needs a local file system with POSIX renames: not NFS, not Windows. Files don't expire: run `sweep` now and then.
 *
 * The directory must belong to the user of the process, and nobody else may write to it; `ERR_STORE` otherwise.
 */
export function fileStore(directory: string, { now = Date.now }: FileStoreOptions = {}): SessionStore {
  checkOption(
    typeof directory === "string" && directory !== "",
    'fileStore: directory must be a path, like "./sessions"',
  );
  return defineStore(new FileStore(resolve(directory), now));
}

const SWEPT_AT_ONCE = 1000;

class FileStore implements StoreOperations {
  readonly #slots: SlotFolders;
  readonly #owners: OwnerFolders;
  readonly #now: () => number;
  readonly cureFor: typeof cureForFiles = cureForFiles;

  constructor(directory: string, now: () => number) {
    const folders = new OwnFolders(directory, ["sessions", "owners"]);
    this.#slots = new SlotFolders(folders);
    this.#owners = new OwnerFolders(folders);
    this.#now = now;
  }

  async read(id: string): Promise<SessionRecord | undefined> {
    const slot = this.#slots.slot(id);
    let before: SlotState | undefined;
    const record = await untilDone(slot.path, async () => {
      const look = await this.#slots.look(id);
      const state = this.#live(look);
      if (look === undefined || state === undefined) return null;
      const body = await slot.body(state);
      if (body) return recordOf(state, body);
      // A body goes only after its state. If the state stays, a power cut took the body: the record has ended.
      if (state.name === before?.name) await slot.clear(look);
      before = state;
      return undefined;
    });
    return record ?? undefined;
  }

  async create(id: string, record: SessionRecord): Promise<boolean> {
    const slot = this.#slots.slot(id);
    if (record.owner !== undefined) await this.#owners.add(record.owner, id);
    await this.#slots.moveIn(id);
    const draft = await this.#slots.draft(id, record);
    try {
      return await untilDone(slot.path, () => this.#publish(draft, id));
    } catch (error) {
      await draft.discard();
      throw error;
    }
  }

  /** Undefined where the slot was in the way, but dead. */
  async #publish(draft: FileSlot, id: string): Promise<boolean | undefined> {
    const slot = this.#slots.slot(id);
    if (await draft.moveTo(slot)) return true;
    const look = await this.#slots.look(id);
    if (this.#live(look)) {
      await draft.discard();
      return false;
    }
    if (look) await slot.clear(look);
    return undefined;
  }

  update(id: string, record: SessionRecord, version: number): Promise<UpdateResult> {
    return this.#compareAndSet(id, version, async (slot, state, bodies) => {
      if (record.owner !== undefined) await this.#owners.add(record.owner, id);
      return slot.replace(state, record, bodies);
    });
  }

  touch(id: string, usedAt: number, expiresAt: number, version: number): Promise<UpdateResult> {
    return this.#compareAndSet(id, version, (slot, state) => slot.touch(state, usedAt, expiresAt));
  }

  /** Again where the state has moved on meanwhile: by a touch, the version is still the same. */
  async #compareAndSet(
    id: string,
    version: number,
    set: (slot: FileSlot, state: SlotState, bodies: readonly string[]) => Promise<boolean>,
  ): Promise<UpdateResult> {
    const slot = this.#slots.slot(id);
    return untilDone(slot.path, async () => {
      const look = await this.#slots.look(id);
      const state = this.#live(look);
      if (look === undefined || state === undefined) return "missing";
      if (state.version !== version) return "changed";
      return (await set(slot, state, look.bodies)) ? "saved" : undefined;
    });
  }

  /** Until nothing is there, neither what others were writing nor a slot in the former place. */
  async delete(id: string): Promise<void> {
    const slot = this.#slots.slot(id);
    await untilDone(slot.path, async () => {
      const look = await this.#slots.look(id);
      if (look === undefined) return true;
      await slot.clear(look);
      return undefined;
    });
  }

  async list(owner: string, limit?: number): Promise<OwnedRecord[]> {
    const owned: OwnedRecord[] = [];
    for (const id of await this.#owners.ids(owner, lookedAt(limit))) {
      const record = await this.read(id);
      if (record === undefined) await this.#owners.forget(owner, id);
      else if (record.owner === owner) owned.push({ id, record });
    }
    return usedLast(owned, limit);
  }

  /** Up to 1000 records; when no more are left, also what processes left behind that were killed. */
  async sweep(): Promise<number> {
    let swept = 0;
    let failure: unknown;
    for await (const slot of this.#slots.tidied()) {
      const done = await this.#sweepSlot(slot).catch((error: unknown) => {
        failure ??= error;
      });
      if (done) swept++;
      if (swept === SWEPT_AT_ONCE) return swept;
    }
    if (failure !== undefined) throw failure;
    await this.#owners.sweep(async (id) => this.#live(await this.#slots.look(id)) !== undefined);
    return swept;
  }

  /** True if it was a record that has expired. Rejects if it can't be a record, like a file: the sweep continues after it. */
  async #sweepSlot(slot: FileSlot): Promise<boolean> {
    const look = await slot.look();
    if (look === undefined) return false;
    const { expiresAt } = look.state ?? {};
    if (Number.isFinite(expiresAt)) return !this.#live(look) && slot.clear(look);
    // A dead slot, or what nobody wrote here.
    if (await isOld(slot.path)) await slot.clear(look);
    return false;
  }

  #live(look: Look | undefined): SlotState | undefined {
    return look?.state && !(look.state.expiresAt <= this.#now() / 1000) ? look.state : undefined;
  }
}
