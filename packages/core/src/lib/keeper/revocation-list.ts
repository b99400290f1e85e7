import type { Settings } from "../config.ts";
import { SessionError } from "../errors.ts";
import type { RequestLike } from "../load.ts";
import type { SessionRecord, StoreOperations } from "../store/store.ts";
import { bytesToBase64url, utf8 } from "../token/base64url.ts";
import type { Retired } from "./retired.ts";
import { type StoreCaller, storeCaller } from "./store-caller.ts";
import { noRequest } from "./store-owners.ts";

/** That a session has ended, or goes on under another id. */
export interface Ended extends Retired {
  /** In seconds. */
  readonly at: number;
}

/** Sessions of an owner signed in before `since` (milliseconds) have ended, but for one: if it was valid until then. */
export interface ValidSince {
  readonly since: number;
  readonly except?: { readonly sid: string; readonly since: number } | undefined;
}

/** `since` is what stood here when the session signed in. */
export function isValid({ since, except }: ValidSince, sid: string, signedIn: number): boolean {
  return signedIn >= since || (except?.sid === sid && signedIn >= except.since);
}

/** Writes that others may overtake before one gives up, and ids that follow one another. */
const MAX_ATTEMPTS = 10;

/** What a store remembers of sessions that live in tokens: only that they have ended. */
export class RevocationList {
  readonly #store: StoreOperations;
  readonly #settings: Settings;
  readonly #call: StoreCaller;

  constructor(store: StoreOperations, settings: Settings, timeout: number | undefined) {
    this.#store = store;
    this.#settings = settings;
    this.#call = storeCaller(settings, timeout);
  }

  async ended(sid: string, request: RequestLike): Promise<Ended | undefined> {
    const id = await idOf("session", sid);
    return this.#call("read", request, async () => {
      const record = await this.#store.read(id);
      return record && { heir: JSON.parse(record.data).heir, at: record.usedAt };
    });
  }

  async validSince(owner: string, request: RequestLike): Promise<ValidSince> {
    const id = await idOf("owner", owner);
    return this.#call("read", request, async () => {
      const record = await this.#store.read(id);
      return record ? JSON.parse(record.data) : { since: 0 };
    });
  }

  /** A session goes on under another id. False where it has ended already: then nothing of it goes on. */
  async replace(sid: string, heir: string, request: RequestLike): Promise<boolean> {
    return this.#note(sid, { heir }, request);
  }

  /** Ends a session, and the one that it goes on in. */
  async end(sid: string, request: RequestLike): Promise<void> {
    let id: string | undefined = sid;
    for (let attempt = 0; id !== undefined && attempt < MAX_ATTEMPTS; attempt++) {
      if (await this.#note(id, {}, request)) return;
      id = (await this.ended(id, request))?.heir;
    }
    if (id !== undefined) throw new SessionError("ERR_CONFLICT", "The session got new ids all the while. Repeat it.");
  }

  /** Ends all sessions of an owner that are signed in by now. */
  async endAll(owner: string, except: string | undefined, request: RequestLike): Promise<void> {
    const id = await idOf("owner", owner);
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const found = await this.#call("read", request, () => this.#store.read(id));
      const before: ValidSince = found ? JSON.parse(found.data) : { since: 0 };
      // Always later than before, also where clocks differ: a session holds what stood here when it signed in.
      const since = Math.max(this.#settings.now() * 1000, before.since + 1);
      const note: ValidSince = { since, except: except === undefined ? undefined : sparing(except, before) };
      const record = this.#record(note, (found?.version ?? 0) + 1);
      const saved = await this.#call("update", request, async () => {
        if (found) return (await this.#store.update(id, record, found.version)) === "saved";
        return this.#store.create(id, record);
      });
      if (saved) return;
    }
    throw new SessionError("ERR_CONFLICT", "Others revoked this owner's sessions at the same time. Repeat it.");
  }

  sweep(): Promise<number> {
    return this.#call("sweep", noRequest, async () => (await this.#store.sweep?.()) ?? 0);
  }

  async #note(sid: string, note: { heir?: string }, request: RequestLike): Promise<boolean> {
    const id = await idOf("session", sid);
    return this.#call("create", request, () => this.#store.create(id, this.#record(note, 1)));
  }

  /** Kept for as long as any token could live that is about, or on its way. */
  #record(note: object, version: number): SessionRecord {
    const { now, lifetime } = this.#settings;
    const usedAt = now();
    return { version, data: JSON.stringify(note), createdAt: usedAt, usedAt, expiresAt: usedAt + lifetime.absolute };
  }
}

/** Not back to life what had ended before. */
function sparing(sid: string, before: ValidSince): ValidSince["except"] {
  return before.except?.sid === sid ? before.except : { sid, since: before.since };
}

type Kind = "session" | "owner";

/** An owner's id may be anything; what a store gets is safe as a key, and tells it nothing. */
async function idOf(kind: Kind, name: string): Promise<string> {
  return bytesToBase64url(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(`${kind}:${name}`))));
}
