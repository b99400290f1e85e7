import type { ClientStatus } from "../decide.ts";
import type { SessionRecord } from "../store.ts";
import type { Claims } from "../token/claims.ts";

/** An earlier generation of a session, and how it was replaced. */
export interface Former {
  readonly generation: number;
  /** When it was replaced, in seconds. */
  readonly at: number;
  /** A random mark of the request that replaced it, by which that request finds out whether it was saved. */
  readonly by: string;
  /** The data as they were then, if the session had no owner. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/** The present generation of a session, and the earlier ones that were replaced a moment ago. */
export interface Generations {
  readonly generation: number;
  readonly formers: readonly Former[];
}

/** A token's generation, and when it was issued. */
export interface TokenGeneration {
  readonly generation: number;
  readonly iat: number;
}

/** A session as a store has it. */
export interface StoredSession extends Generations {
  /** The key of its record. */
  readonly key: string;
  readonly claims: Claims;
  /** Undefined where it is not known well enough to write on it: then it must be read first. */
  readonly version: number | undefined;
  /** When it was read or written, in seconds. */
  readonly asOf: number;
  /** Its record. Undefined where this comes from the client's copy (`cacheFor`). */
  readonly record: SessionRecord | undefined;
}

/** What is remembered of a session whose data is in its token: the lowest generation that is still good, or that it has ended. */
export interface SessionNote extends Generations {
  /** 0 where there is no note. */
  readonly version: number;
  readonly ended: boolean;
}

/** Why the client's former session is not this one. */
export type EndReason = "expired" | "revoked" | "superseded" | "rejected";

/** The outcome of reading the client's tokens. */
export interface Loaded {
  readonly client: ClientStatus;
  readonly ended?: EndReason;
  /** What the handler starts from. For a superseded session, what it may still see. */
  readonly claims?: Claims | undefined;
  /** Its record as it is now, where it has one. */
  readonly stored?: StoredSession | undefined;
  /** The generation of the client's token, and when that was issued. */
  readonly token?: TokenGeneration;
  /** What is remembered of it, with `revocations`. */
  readonly note?: SessionNote | undefined;
  /** The client's token was made with an older secret, or in an older format. */
  readonly mustReissue?: boolean;
  /** The data as the schema makes it. */
  readonly validated?: Readonly<Record<string, unknown>>;
  /** The data as `migrate` makes it, which is to be saved. */
  readonly migrated?: Readonly<Record<string, unknown>>;
}
