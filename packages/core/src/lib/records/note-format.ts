import { CLOCK_SKEW } from "../lifetime.ts";
import type { SessionNote } from "../session/loaded.ts";
import { decodeFormers, encodeFormers } from "./record-format.ts";

/** The note on an owner: sessions signed in before `since` (milliseconds) have ended. Only `except` stays, if it was valid. */
export interface OwnerNote {
  /** 0 if there is no note. */
  readonly version: number;
  readonly since: number;
  readonly except?: { readonly sid: string; readonly since: number } | undefined;
}

/** `validSince` is the `since` of the owner's note when the session signed in. */
export function isValidSince({ since, except }: OwnerNote, sid: string, validSince: number): boolean {
  return validSince >= since || (except?.sid === sid && validSince >= except.since);
}

/** The notes on sessions, or those on owners. */
export interface NoteKind<Note> {
  /** Reads a note. The text is undefined if there is none. Throws if it is damaged. */
  read(text: string | undefined, version: number): Note;
  /** The text that takes the place of a damaged note. Nobody knows what that said, so it ends all that it may have ended. */
  repaired(now: number): string;
  /** For the error message: the effect of `repaired`. */
  readonly done: string;
}

/** A session without a note has not ended, and all its tokens are valid. */
export const noNote: SessionNote = { version: 0, ended: false, generation: 0, formers: [] };

/** The text of a note on a session that has ended. */
export const ENDED = '{"ended":true}';

/** The text of a note on a session that has not ended. */
export function encodeSessionNote({ generation, formers }: Pick<SessionNote, "generation" | "formers">): string {
  return JSON.stringify({ generation, formers: encodeFormers(formers) });
}

/** The first version of this library wrote notes without a generation, for ids that had ended or were replaced. */
function readSessionNote(text: string | undefined, version: number): SessionNote {
  if (text === undefined) return noNote;
  const { generation, formers } = JSON.parse(text);
  if (generation === undefined) return { ...noNote, version, ended: true };
  if (!Number.isSafeInteger(generation)) throw new TypeError("a note has a whole number as its generation");
  return { version, ended: false, generation, formers: decodeFormers(formers) };
}

export const sessionNotes: NoteKind<SessionNote> = {
  read: readSessionNote,
  repaired: () => ENDED,
  done: "The session has ended: its note may have said so",
};

function readOwnerNote(text: string | undefined, version: number): OwnerNote {
  if (text === undefined) return { version, since: 0 };
  const { since, except } = JSON.parse(text);
  if (!Number.isSafeInteger(since)) throw new TypeError("a note on an owner has a whole number as its time");
  return { version, since, except };
}

export const ownerNotes: NoteKind<OwnerNote> = {
  read: readOwnerNote,
  // Later than what the damaged note can have said.
  repaired: (now) => JSON.stringify({ since: (now + CLOCK_SKEW) * 1000 }),
  done: "All sessions of the owner have ended: the note may have said so",
};
