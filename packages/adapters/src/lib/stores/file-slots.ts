import { randomUUID } from "node:crypto";
import { rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SessionError, type SessionRecord } from "@websession/core";
import type { OwnFolders } from "./file-folders.ts";
import { draftName, isDraft, isId, isShard, shardOf } from "./file-names.ts";
import { openPrivate } from "./file-private.ts";
import { FileSlot, type Look } from "./file-slot.ts";
import { did, isOld, MISSING, NOT_EMPTY, namesIn } from "./file-system.ts";

const SESSIONS = "sessions";

/**
 * The slots of all sessions, `sessions/<2>/<id>`.
 *
 * The former layout was `sessions/<id>`. A slot that is still there moves as soon as it is looked for, or by a sweep. A rename is
 * atomic, so it is always in one place, and a process that finds it in neither may have come just between: it looks once more.
 */
export class SlotFolders {
  readonly #folders: OwnFolders;

  constructor(folders: OwnFolders) {
    this.#folders = folders;
  }

  slot(id: string): FileSlot {
    return new FileSlot(this.#path(id));
  }

  async look(id: string): Promise<Look | undefined> {
    const seen = await this.#lookAt(id);
    if (seen) return seen;
    await this.moveIn(id);
    return this.#lookAt(id);
  }

  /** Moves the slot from its former place, if it is there and the new place is free. */
  async moveIn(id: string): Promise<void> {
    const former = this.#folders.path(SESSIONS, id);
    if (!(await this.#folders.has(dirname(former))) || !(await openPrivate(former))) return;
    await this.#folders.make(this.#shard(id));
    await did(rename(former, this.#path(id)), [...MISSING, ...NOT_EMPTY]);
  }

  /** A new slot with its first state, beside the place that it will have. */
  async draft(id: string, record: SessionRecord): Promise<FileSlot> {
    const shard = this.#shard(id);
    const draft = new FileSlot(join(shard, draftName(randomUUID())));
    await this.#folders.inside(shard, () => draft.fill(record));
    return draft;
  }

  /** All slots, one by one. Moves those of the former layout, and removes the drafts that killed processes left. */
  async *tidied(): AsyncGenerator<FileSlot> {
    const sessions = this.#folders.path(SESSIONS);
    for await (const name of this.#namesIn(sessions)) {
      if (isShard(name)) yield* this.#slotsIn(join(sessions, name));
      else if (isId(name)) yield* this.#movedIn(name);
      else await this.#removeOldDraft(join(sessions, name));
    }
  }

  async *#slotsIn(shard: string): AsyncGenerator<FileSlot> {
    for await (const name of this.#namesIn(shard)) {
      if (isId(name)) yield new FileSlot(join(shard, name));
      else await this.#removeOldDraft(join(shard, name));
    }
  }

  /** Both places, since the former one stays as it is where the new one is taken. */
  async *#movedIn(id: string): AsyncGenerator<FileSlot> {
    await this.moveIn(id);
    yield new FileSlot(this.#folders.path(SESSIONS, id));
    yield this.slot(id);
  }

  async #removeOldDraft(path: string): Promise<void> {
    if (isDraft(basename(path)) && (await isOld(path))) await new FileSlot(path).discard();
  }

  async *#namesIn(folder: string): AsyncGenerator<string> {
    if (await this.#folders.has(folder)) yield* namesIn(folder);
  }

  async #lookAt(id: string): Promise<Look | undefined> {
    return (await this.#folders.has(this.#shard(id))) ? this.slot(id).look() : undefined;
  }

  #shard(id: string): string {
    return dirname(this.#path(id));
  }

  #path(id: string): string {
    if (isId(id)) return this.#folders.path(SESSIONS, shardOf(id), id);
    throw new SessionError(
      "ERR_INVALID_ARGUMENT",
      "A session's id must be 22 to 64 characters of A-Z, a-z, 0-9, _ and -.",
    );
  }
}
