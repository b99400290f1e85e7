import type { ClientStatus } from "../decide.ts";
import type { SessionRecord } from "../store.ts";
import type { Claims } from "../token/claims.ts";

/** An earlier generation of a session, and the request that replaced it. */
export interface Former {
  readonly generation: number;
  /** When it was replaced, in seconds. */
  readonly at: number;
  /** A random mark of the request that replaced it. By this mark the request finds out if its write was saved. */
  readonly by: string;
  /** The data at that time, if the session had no owner. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/** The current generation of a session, and the earlier ones that were replaced a moment ago. */
export interface Generations {
  readonly generation: number;
  readonly formers: readonly Former[];
}

/** The generation of a token, when the token was issued, and when its session had started. */
export interface TokenGeneration {
  readonly generation: number;
  readonly start: number;
  readonly iat: number;
}

/** A session as a store has it. */
export interface StoredSession extends Generations {
  /** The key of its record. */
  readonly key: string;
  readonly claims: Claims;
  /** Undefined if this copy is not complete: before a write, the record must be read. */
  readonly version: number | undefined;
  /** When the record was read or written, in seconds. */
  readonly asOf: number;
  /** The record. Undefined if the session comes from the client's copy (`cacheFor`). */
  readonly record: SessionRecord | undefined;
}

/** The note of a store on a session whose data is in its token: the lowest generation that is valid, or that it has ended. */
export interface SessionNote extends Generations {
  /** 0 if there is no note. */
  readonly version: number;
  readonly ended: boolean;
}

/** Why the client's session was not loaded: see `Session.ended`. */
export type EndReason = "expired" | "revoked" | "superseded" | "rejected";

/** The outcome of reading the client's tokens. */
export interface Loaded {
  readonly client: ClientStatus;
  readonly ended?: EndReason;
  /** The claims that the handler starts with. For a superseded session, only what it may still see. */
  readonly claims?: Claims | undefined;
  /** The session's current record, if it has one. */
  readonly stored?: StoredSession | undefined;
  /** The generation of the client's token, and when the token was issued. */
  readonly token?: TokenGeneration;
  /** With `revocations`, the session's note. */
  readonly note?: SessionNote | undefined;
  /** The client's token must be replaced: see `VerifiedToken`. */
  readonly mustReissue?: boolean;
  /** The data as the schema returned it. */
  readonly validated?: Readonly<Record<string, unknown>>;
  /** The data as `migrate` returned it. Commit saves it. */
  readonly migrated?: Readonly<Record<string, unknown>>;
}
