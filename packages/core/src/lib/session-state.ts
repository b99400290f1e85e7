import type { Awaitable } from "./awaitable.ts";
import { bytesToBase64url } from "./base64url.ts";
import type { Config } from "./config.ts";
import type { HeaderChanges } from "./header-changes.ts";
import { expiryOf } from "./lifetime.ts";
import type { Loaded, RequestLike } from "./load.ts";
import type { Flash, SessionRecord } from "./record.ts";
import { TrackedValues } from "./tracked-values.ts";

/** `modified` also covers a new session with something in it; `destroyed` one that was ended and not written since. */
export type SessionStatus = "unchanged" | "modified" | "destroyed";

/** All that is known of a session during one request: what the handler's Session writes and commit reads. */
export class SessionState {
  readonly config: Config;
  readonly request: RequestLike;
  readonly loaded: Loaded;
  values: TrackedValues;
  flashes: readonly Flash[] = [];
  owner: string | undefined;
  persistent: boolean;
  createdAt: number;
  /** The response may depend on the session. */
  accessed = false;
  /** Something other than the values has changed. */
  changed = false;
  destroyed = false;
  /** What commit came to. From then on nothing can be written. */
  outcome: Awaitable<HeaderChanges> | undefined;
  #id: string | undefined;

  constructor(loaded: Loaded, request: RequestLike, config: Config) {
    this.config = config;
    this.request = request;
    this.loaded = loaded;
    const record = loaded.client === "valid" ? loaded.record : undefined;
    this.values = new TrackedValues(record?.data);
    this.flashes = record?.flashes ?? [];
    this.owner = record?.owner;
    this.persistent = record?.persistent ?? config.persistent;
    this.createdAt = record?.createdAt ?? config.now();
    this.#id = record?.id;
  }

  get id(): string {
    this.#id ??= newId();
    return this.#id;
  }

  /** Whether this is still the session that the client brought. */
  get continued(): boolean {
    return this.loaded.client === "valid" && !this.destroyed;
  }

  get empty(): boolean {
    return this.values.size === 0 && this.flashes.length === 0 && this.owner === undefined;
  }

  get status(): SessionStatus {
    if (this.destroyed && this.empty) return "destroyed";
    return this.changed || this.values.changed() ? "modified" : "unchanged";
  }

  get expiresAt(): number {
    const { loaded, config } = this;
    const record = this.continued && loaded.client === "valid" ? loaded.record : undefined;
    return record?.expiresAt ?? expiryOf(this.createdAt, config.now(), config.lifetime);
  }

  forgetId(): void {
    this.#id = undefined;
    this.changed = true;
  }

  /** An empty session in the place of this one; what is written from now on belongs to a new one. */
  destroy(): void {
    this.forgetId();
    this.values = new TrackedValues();
    this.flashes = [];
    this.owner = undefined;
    this.persistent = this.config.persistent;
    this.createdAt = this.config.now();
    this.destroyed = true;
  }

  toRecord(): SessionRecord {
    const { id, owner, persistent, flashes, createdAt, config } = this;
    const issuedAt = config.now();
    const expiresAt = expiryOf(createdAt, issuedAt, config.lifetime);
    return { id, owner, persistent, flashes, createdAt, issuedAt, expiresAt, data: this.values.toObject() };
  }
}

/** 128 random bits. Not a UUID, which has 122 (ASVS 11.5.1). */
function newId(): string {
  return bytesToBase64url(crypto.getRandomValues(new Uint8Array(16)));
}
