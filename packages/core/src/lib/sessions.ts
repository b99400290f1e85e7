import { type Awaitable, andThen, isPromise } from "./awaitable.ts";
import { commit } from "./commit.ts";
import { readOptions, type SessionOptions } from "./config.ts";
import { applyChanges, type HeadersLike } from "./header-changes.ts";
import type { OwnerSessions } from "./keeper/owner-sessions.ts";
import { load, type RequestLike } from "./load.ts";
import { respond } from "./respond.ts";
import { Session, type SessionData } from "./session/session.ts";
import { stateOf } from "./session/session-state.ts";
import type { SecretJwk } from "./token/codec.ts";

/** Loads sessions from requests and commits them to responses. One is enough for an application; it keeps no visitor's state. */
export interface Sessions<Data extends object = SessionData> extends OwnerSessions {
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
   * The keys that open the tokens, newest first, for other services of yours (RFC 7517 section 5). They are secret: who has
   * them can also make tokens.
   */
  jwks(): Promise<{ keys: SecretJwk[] }>;
}

/**
 * Sessions in a signed cookie: the visitor can read them, but not change them. Options move them elsewhere.
 *
 * `Data` is the type of the session's data, told by `schema` where there is one. Throws `ERR_INVALID_OPTION` on a configuration that can't work.
 */
export function createSessions<Data extends object = SessionData>(options: SessionOptions<Data>): Sessions<Data> {
  const config = readOptions(options);
  const sessions: Sessions<Data> = {
    load: async (request) => {
      const loading = load(request, config);
      // To await what is there already would cost a turn of the queue.
      const loaded = isPromise(loading) ? await loading : loading;
      return new Session<Data>(stateOf(loaded, request, config));
    },
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
    jwks: async () => ({ keys: await config.codec.keys() }),
    ...config.keeper.owners,
  };
  return sessions;
}
