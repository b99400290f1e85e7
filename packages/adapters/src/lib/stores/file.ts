import { randomUUID } from "node:crypto";
import { join, resolve } from "node:path";
import {
  defineStore,
  type OwnedRecord,
  SessionError,
  type SessionRecord,
  type SessionStore,
  type StoreOperations,
  type UpdateResult,
} from "@websession/core";
import { checkOption } from "./check-option.ts";
import { OwnerFolders } from "./file-owners.ts";
import { FileSlot, type Look } from "./file-slot.ts";
import { recordOf, type SlotState } from "./file-state.ts";
import { isOld, namesIn } from "./file-system.ts";
import { LOOKED_AT, usedLast } from "./used-last.ts";

export interface FileStoreOptions {
  /** The clock in milliseconds, for tests. Default `Date.now`. */
  readonly now?: () => number;
}

/**
 * Keeps sessions in a directory, each in a folder of its own that only this user can read. It is made when first needed.
 *
 * Several processes of one machine may share it, and each may be killed at any moment. A power cut may take the last seconds.
 * Needs a local file system with POSIX renames: not NFS, not Windows. Files don't expire: run `sweep` now and then.
 */
export function fileStore(directory: string, { now = Date.now }: FileStoreOptions = {}): SessionStore {
  checkOption(
    typeof directory === "string" && directory !== "",
    'fileStore: directory must be a path, like "./sessions"',
  );
  return defineStore(new FileStore(resolve(directory), now));
}

const SWEPT_AT_ONCE = 1000;
const idShape = /^[\w-]{22,64}$/;
/** No id begins so. */
const DRAFT = ".draft-";

class FileStore implements StoreOperations {
  readonly #folder: string;
  readonly #owners: OwnerFolders;
  readonly #now: () => number;

  constructor(directory: string, now: () => number) {
    this.#folder = join(directory, "sessions");
    this.#owners = new OwnerFolders(join(directory, "owners"));
    this.#now = now;
  }

  async read(id: string): Promise<SessionRecord | undefined> {
    const slot = this.#slot(id);
    for (let before: SlotState | undefined; ; ) {
      const state = this.#live(await slot.look());
      const body = state && (await slot.body(state));
      if (state && body) return recordOf(state, body);
      // A body goes only after its state. If the state stays, a power cut took the body, and nothing brings it back.
      if (state === undefined || state.name === before?.name) return undefined;
      before = state;
    }
  }

  async create(id: string, record: SessionRecord): Promise<boolean> {
    const slot = this.#slot(id);
    if (record.owner !== undefined) await this.#owners.add(record.owner, id);
    const draft = await FileSlot.draft(join(this.#folder, DRAFT + randomUUID()), record);
    while (!(await draft.moveTo(slot))) {
      const look = await slot.look();
      if (this.#live(look)) {
        await draft.discard();
        return false;
      }
      if (look) await slot.clear(look);
    }
    return true;
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
    const slot = this.#slot(id);
    for (;;) {
      const look = await slot.look();
      const state = this.#live(look);
      if (look === undefined || state === undefined) return "missing";
      if (state.version !== version) return "changed";
      if (await set(slot, state, look.bodies)) return "saved";
    }
  }

  async delete(id: string): Promise<void> {
    const slot = this.#slot(id);
    for (;;) {
      const look = await slot.look();
      if (look === undefined || (await slot.clear(look))) return;
    }
  }

  async list(owner: string, limit?: number): Promise<OwnedRecord[]> {
    const owned: OwnedRecord[] = [];
    const ids = await this.#owners.ids(owner);
    for (const id of ids.slice(0, limit && Math.max(limit, LOOKED_AT))) {
      const record = await this.read(id);
      if (record === undefined) await this.#owners.forget(owner, id);
      else if (record.owner === owner) owned.push({ id, record });
    }
    return usedLast(owned, limit);
  }

  /** Up to 1000 records; when no more are left, also what processes left behind that were killed. */
  async sweep(): Promise<number> {
    let swept = 0;
    for await (const name of namesIn(this.#folder)) {
      if (await this.#sweepOne(name)) swept++;
      if (swept === SWEPT_AT_ONCE) return swept;
    }
    await this.#owners.sweep(async (id) => (await this.read(id)) !== undefined);
    return swept;
  }

  /** Whether it was a record that has expired. */
  async #sweepOne(name: string): Promise<boolean> {
    const path = join(this.#folder, name);
    const slot = new FileSlot(path);
    if (idShape.test(name)) return this.#sweepSlot(slot, path);
    if (name.startsWith(DRAFT) && (await isOld(path))) await slot.discard();
    return false;
  }

  async #sweepSlot(slot: FileSlot, path: string): Promise<boolean> {
    const look = await slot.look();
    if (look === undefined || this.#live(look)) return false;
    if (look.state) return slot.clear(look);
    if (await isOld(path)) await slot.clear(look);
    return false;
  }

  #live(look: Look | undefined): SlotState | undefined {
    return look?.state && look.state.expiresAt > this.#now() / 1000 ? look.state : undefined;
  }

  #slot(id: string): FileSlot {
    if (idShape.test(id)) return new FileSlot(join(this.#folder, id));
    throw new SessionError(
      "ERR_INVALID_ARGUMENT",
      "A session's id must be 22 to 64 characters of A-Z, a-z, 0-9, _ and -.",
    );
  }
}
