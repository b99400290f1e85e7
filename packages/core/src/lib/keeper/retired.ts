import type { SessionRecord } from "../store/store.ts";

/** What a record says in the place of data where nothing goes on under its id. */
export interface Retired {
  /** The id under which the session goes on. Undefined where it was emptied, or must never be created. */
  readonly heir: string | undefined;
}

/** Seconds for which a retired id is remembered, so that requests which were on their way find out. */
export const RETIRED_FOR = 30;

/** Data is a JSON object, so that neither is taken for the other. */
const NOTE = /^"retired(?: ([\w-]+))?"$/;

export function readRetired({ data }: SessionRecord): Retired | undefined {
  const note = NOTE.exec(data);
  return note ? { heir: note[1] } : undefined;
}

export function retiredRecord(version: number, usedAt: number, heir?: string): SessionRecord {
  const data = heir === undefined ? '"retired"' : `"retired ${heir}"`;
  return { version, data, createdAt: usedAt, usedAt, expiresAt: usedAt + RETIRED_FOR };
}
