import { type Awaitable, andThen } from "./awaitable.ts";
import type { OwnerSessions } from "./backend/owner-sessions.ts";
import { commit } from "./commit.ts";
import { readOptions, type SessionOptions } from "./config.ts";
import { load } from "./load.ts";
import type { HeadersLike, RequestLike } from "./request.ts";
import { applyChanges, respond } from "./response.ts";
import { Session, type SessionData } from "./session/session.ts";
import type { SecretJwk } from "./token/codec.ts";

/** Loads sessions from requests and commits them to responses. An application needs only one: it holds no visitor's state. */
export interface Sessions<Data extends object = SessionData> extends OwnerSessions<Data> {
  /**
   * The session of a request: the visitor's, or a new and empty one. Nothing that a client sends makes it reject. With a store
   * or `revocations`, it rejects with `ERR_STORE` if the store fails.
   */
  load(request: RequestLike): Promise<Session<Data>>;

  /**
   * Saves the session and resolves with the response to send: the same one, or a copy if its headers can't be changed.
   *
   * If the handler never accessed the session, the response stays as it was. Rejects with `ERR_NOT_SERIALIZABLE`,
   * `ERR_TOKEN_TOO_LARGE`, `ERR_INVALID_DATA`, `ERR_STORE`, `ERR_CONFLICT` or `ERR_TOO_MANY_SESSIONS`: then nothing changed,
   * unless the message says otherwise. Rejects with `ERR_SESSION_ENDED` if a `login` came too late.
   */
  commit(session: Session<Data>, response: Response): Promise<Response>;

  /**
   * Saves the session and changes the response headers, for servers without a `Response`.
   *
   * Returns a promise only if it has to wait. It throws or rejects with the errors of `commit`.
   */
  commitHeaders(session: Session<Data>, headers: HeadersLike): Awaitable<void>;

  /** Loads the session, runs the handler and commits. If the handler throws, nothing is committed and `handle` rejects. */
  handle(request: Request, handler: (session: Session<Data>) => Awaitable<Response>): Promise<Response>;

  /**
   * The keys that open the tokens, newest first, as a JWK Set for other services of yours (RFC 7517 section 5). They are
   * secret: anyone who holds them can forge tokens.
   */
  jwks(): Promise<{ keys: SecretJwk[] }>;
}

/**
 * Makes sessions that live in a signed cookie: the visitor can read them, but not change them. Options keep them elsewhere.
 *
 * `Data` is the type of the session's data; `schema` gives it if there is one. Throws `ERR_INVALID_OPTION` on a configuration
 * that can't work.
 */
export function createSessions<Data extends object = SessionData>(options: SessionOptions<Data>): Sessions<Data> {
  const config = readOptions(options);
  const sessions: Sessions<Data> = {
    load: (request) => load(request, config),
    commit: async (session, response) => {
      const state = Session.stateOf(session);
      return respond(response, await commit(state, config), config.transport, state.context);
    },
    commitHeaders: (session, headers) => {
      const state = Session.stateOf(session);
      return andThen(commit(state, config), (changes) =>
        applyChanges(headers, changes, config.transport, state.context),
      );
    },
    handle: async (request, handler) => {
      const session = await sessions.load(request);
      return sessions.commit(session, await handler(session));
    },
    jwks: async () => ({ keys: await config.codec.keys() }),
    ...(config.backend.owners as OwnerSessions<Data>),
  };
  return sessions;
}
