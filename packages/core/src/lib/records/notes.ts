import { SessionError } from "../errors.ts";
import { longestLifetimeOf } from "../lifetime.ts";
import type { RequestContext } from "../request.ts";
import type { Former, SessionNote } from "../session/loaded.ts";
import type { Settings } from "../settings.ts";
import type { SessionRecord, StoreOperations } from "../store.ts";
import { bytesToBase64url, utf8 } from "../token/base64url.ts";
import { assertRecord, DamageControl } from "./damage.ts";
import { nextGeneration, wasReplacedBy } from "./generation.ts";
import {
  ENDED,
  encodeSessionNote,
  type NoteKind,
  noNote,
  type OwnerNote,
  ownerNotes,
  sessionNotes,
} from "./note-format.ts";
import { MAX_ATTEMPTS, pause } from "./retry.ts";
import type { StoreCall } from "./store-call.ts";

/** A change of one kind of note. */
interface NoteChange<Note> extends NoteKind<Note> {
  /** The text to write over the current note. Undefined: there is nothing to write. */
  write(note: Note): string | undefined;
  /** True if this note shows that a write whose answer got lost was saved. */
  isSaved(note: Note): boolean;
}

/** Notes in a store on sessions that live in tokens: which sessions have ended, and which tokens are superseded. */
export class Notes {
  readonly #store: StoreOperations;
  readonly #settings: Settings;
  readonly #call: StoreCall;
  readonly #damage: DamageControl;

  constructor(store: StoreOperations, settings: Settings, call: StoreCall) {
    this.#store = store;
    this.#settings = settings;
    this.#call = call;
    this.#damage = new DamageControl(store, settings, call);
  }

  async ofSession(sid: string, context: RequestContext): Promise<SessionNote> {
    return this.#find(await keyOf("session", sid), sessionNotes, context);
  }

  async ofOwner(owner: string, context: RequestContext): Promise<OwnerNote> {
    return this.#find(await keyOf("owner", owner), ownerNotes, context);
  }

  /**
   * Replaces a generation of tokens by the next one; `known` is the newest note that the caller has. Resolves with the note
   * afterwards, even if another request wrote it.
   */
  async supersede(
    sid: string,
    generation: number,
    replaced: Omit<Former, "generation">,
    known: SessionNote | undefined,
    context: RequestContext,
  ): Promise<SessionNote> {
    const write = (note: SessionNote) => {
      if (note.ended || note.generation > generation) return undefined;
      return encodeSessionNote(nextGeneration({ ...note, generation }, replaced));
    };
    const isSaved = (note: SessionNote) => wasReplacedBy(note, replaced.by);
    return this.#change(await keyOf("session", sid), { ...sessionNotes, write, isSaved }, known, context);
  }

  /** Ends a session with all generations of its tokens. */
  async end(sid: string, known: SessionNote | undefined, context: RequestContext): Promise<void> {
    const write = ({ ended }: SessionNote) => (ended ? undefined : ENDED);
    const isSaved = ({ ended }: SessionNote) => ended;
    const change = { ...sessionNotes, write, isSaved };
    await this.#change(await keyOf("session", sid), change, known ?? noNote, context);
  }

  /** Ends all sessions that an owner has signed in so far, except one. */
  async endAll(owner: string, except: string | undefined, context: RequestContext): Promise<void> {
    const write = (before: OwnerNote) => {
      // Always later than the last `since`, even if clocks differ: a session compares the `since` of its own sign-in.
      const since = Math.max(this.#settings.now() * 1000, before.since + 1);
      return JSON.stringify({ since, except: except === undefined ? undefined : sparing(except, before) });
    };
    const change = { ...ownerNotes, write, isSaved: () => false };
    await this.#change(await keyOf("owner", owner), change, undefined, context);
  }

  sweep(context: RequestContext): Promise<number> {
    return this.#call("sweep", context, async () => (await this.#store.sweep?.()) ?? 0);
  }

  /** Repeats compare-and-set until a write succeeds, or until there is nothing to write. */
  async #change<Note extends { version: number }>(
    key: string,
    change: NoteChange<Note>,
    known: Note | undefined,
    context: RequestContext,
  ): Promise<Note> {
    let note = known ?? (await this.#find(key, change, context));
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const text = change.write(note);
      if (text === undefined) return note;
      if (await this.#put(key, text, note.version, change, context)) return change.read(text, note.version + 1);
      if (attempt > 1) await pause(attempt);
      note = await this.#find(key, change, context);
    }
    throw new SessionError("ERR_CONFLICT", `Gave up after ${MAX_ATTEMPTS} conflicting writes to a note. Retry.`);
  }

  /** A damaged note is replaced: it rejects with `ERR_STORE` once. */
  async #find<Note>(key: string, kind: NoteKind<Note>, context: RequestContext): Promise<Note> {
    let found: SessionRecord | undefined;
    const read = async () => {
      found = await this.#call("read", context, () => this.#store.read(key));
      if (found === undefined) return undefined;
      assertRecord(found);
      return kind.read(found.data, found.version);
    };
    const run = () => this.#replace(key, kind.repaired(this.#settings.now()), found, context);
    const note = await this.#damage.reading(key, read, { kind: "note", done: kind.done, run }, context);
    return note ?? kind.read(undefined, 0);
  }

  /** Writes over the damaged note in one step, if it has a version: without the note, an ended session would open. */
  async #replace(key: string, text: string, { version }: Partial<SessionRecord> = {}, context: RequestContext) {
    if (version !== undefined && Number.isSafeInteger(version)) {
      const record = this.#recordOf(text, version + 1);
      if ((await this.#call("update", context, () => this.#store.update(key, record, version))) === "saved") return;
    }
    await this.#call("delete", context, () => this.#store.delete(key));
    await this.#call("create", context, () => this.#store.create(key, this.#recordOf(text, 1)));
  }

  /** False if another request wrote first. After an error it reads the note, because the write may have succeeded. */
  async #put<Note>(
    key: string,
    text: string,
    version: number,
    change: NoteChange<Note>,
    context: RequestContext,
  ): Promise<boolean> {
    const record = this.#recordOf(text, version + 1);
    try {
      if (version === 0) return await this.#call("create", context, () => this.#store.create(key, record));
      return (await this.#call("update", context, () => this.#store.update(key, record, version))) === "saved";
    } catch (error) {
      const note = await this.#find(key, change, context).catch(() => undefined);
      if (note !== undefined && change.isSaved(note)) return true;
      throw error;
    }
  }

  /** The record lives until every token that was issued, or is being issued, has expired. */
  #recordOf(data: string, version: number): SessionRecord {
    const usedAt = this.#settings.now();
    const expiresAt = usedAt + longestLifetimeOf(this.#settings.lifetime);
    return { version, data, createdAt: usedAt, usedAt, expiresAt };
  }
}

/** The exception for one session. It must not revive a session that an earlier `revokeAll` has ended. */
function sparing(sid: string, before: OwnerNote): OwnerNote["except"] {
  return before.except?.sid === sid ? before.except : { sid, since: before.since };
}

type Kind = "session" | "owner";

/** An owner's id may be any text. Its hash is safe as a key, and does not show the id to the store. */
async function keyOf(kind: Kind, name: string): Promise<string> {
  return bytesToBase64url(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(`${kind}:${name}`))));
}
