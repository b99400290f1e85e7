import { type Awaitable, andThen } from "./awaitable.ts";
import { commit } from "./commit.ts";
import { type Config, readOptions, type SessionOptions } from "./config.ts";
import { SessionError } from "./errors.ts";
import { applyChanges, type HeadersLike } from "./header-changes.ts";
import { load, type RequestLike } from "./load.ts";
import { respond } from "./respond.ts";
import { Session, type SessionData } from "./session.ts";
import { stateOf } from "./session-state.ts";
import type { SessionRecord } from "./store.ts";
import type { StoreRecords } from "./store-records.ts";

/** Loads sessions from requests and commits them to responses. One is enough for an application; it keeps no visitor's state. */
export interface Sessions<Data extends object = SessionData> {
  /** The session of a request: the visitor's, or a new and empty one. What the client sent never makes it reject. */
  load(request: RequestLike): Promise<Session<Data>>;

  /**
   * Saves the session and resolves with the response to send: the same one, or a copy where its headers can't be changed.
   *
   * A session that nobody accessed leaves the response as it was. Rejects with `ERR_NOT_SERIALIZABLE` or `ERR_TOKEN_TOO_LARGE`.
   */
  commit(session: Session<Data>, response: Response): Promise<Response>;

  /**
   * The same for servers without a `Response`: saves the session and puts the outcome on their headers.
   *
   * Answers with a promise only where something has to be waited for; errors are thrown or rejected accordingly.
   */
  commitHeaders(session: Session<Data>, headers: HeadersLike): Awaitable<void>;

  /** Load, run, commit. If the handler throws, nothing is committed and the error goes on. */
  handle(request: Request, handler: (session: Session<Data>) => Awaitable<Response>): Promise<Response>;

  /**
   * The sessions of an owner, last used first; `current` is the id of the one that asks. Needs a store that can list.
   *
   * Like the next three, it rejects with `ERR_INVALID_OPTION` where there is no such store, and with `ERR_STORE` where it fails.
   */
  list(owner: string, current?: string): Promise<SessionInfo[]>;

  /** Ends a session by its id, whoever's it is: look whether it is in your user's list first. */
  revoke(id: string): Promise<void>;

  /** Ends all sessions of an owner but the one with the id `except`, and tells how many. */
  revokeAll(owner: string, options?: { readonly except?: string }): Promise<number>;

  /** Removes expired records from a store without a TTL of its own, a bounded number; how many. For a cron job. */
  sweep(): Promise<number>;
}

/** One of an owner's sessions. Its id names it, and opens nothing. */
export interface SessionInfo {
  readonly id: string;
  readonly createdAt: Date;
  /** Exact to `lifetime.refresh`. */
  readonly usedAt: Date;
  readonly expiresAt: Date;
  readonly current: boolean;
}

/**
 * Sessions in a signed cookie: the visitor can read them, but not change them.
 *
 * `Data` is the type of the session's data. Throws `ERR_INVALID_OPTION` on a configuration that can't work.
 */
export function createSessions<Data extends object = SessionData>(options: SessionOptions): Sessions<Data> {
  const config = readOptions(options);
  const sessions: Sessions<Data> = {
    load: async (request) => new Session(stateOf(await load(request, config), request, config)),
    commit: async (session, response) => {
      const state = Session.stateOf(session);
      return respond(response, await commit(state), state);
    },
    commitHeaders: (session, headers) => {
      const state = Session.stateOf(session);
      return andThen(commit(state), (changes) => applyChanges(headers, changes, state));
    },
    handle: async (request, handler) => {
      const session = await sessions.load(request);
      return sessions.commit(session, await handler(session));
    },
    list: async (owner, current) => {
      const owned = await recordsOf(config).list(owner, noRequest);
      const infos = owned.map(({ id, record }) => infoOf(id, record, id === current));
      return infos.sort((a, b) => Number(b.usedAt) - Number(a.usedAt));
    },
    revoke: async (id) => recordsOf(config).delete(id, noRequest),
    revokeAll: async (owner, { except } = {}) => {
      const others = (await recordsOf(config).list(owner, noRequest)).filter(({ id }) => id !== except);
      await Promise.all(others.map(({ id }) => sessions.revoke(id)));
      return others.length;
    },
    sweep: async () => recordsOf(config).sweep(noRequest),
  };
  return sessions;
}

/** For events of what is done without one. */
const noRequest: RequestLike = { headers: { get: () => null } };

function recordsOf({ keeper }: Config): StoreRecords {
  if (keeper.records) return keeper.records;
  throw new SessionError("ERR_INVALID_OPTION", "Only sessions with a store can be listed and revoked: give a store.");
}

function infoOf(id: string, { createdAt, usedAt, expiresAt }: SessionRecord, current: boolean): SessionInfo {
  const date = (seconds: number) => new Date(seconds * 1000);
  return { id, createdAt: date(createdAt), usedAt: date(usedAt), expiresAt: date(expiresAt), current };
}
