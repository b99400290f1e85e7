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
   * or `revocations`, it rejects with `ERR_STORE` if the store fails. With a function as `secrets`, it rejects with
   * `ERR_INVALID_OPTION` if that gives no usable secret.
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

  /**
   * Loads the session, runs the handler and commits to its response.
   *
   * If the handler throws a `Response`, as routers do to redirect, that is committed and thrown on; it is a copy if its headers
   * can't be changed. If the handler throws anything else, nothing is committed and `handle` rejects with it. A commit that
   * fails rejects with its own error. Inside another `handle` for the same request, the handler gets the session of the outer
   * call, and only the outer call commits.
   */
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
  /** The sessions of requests whose handlers are running. */
  const running = new WeakMap<Request, Session<Data>>();
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
      const outer = running.get(request);
      if (outer !== undefined) return handler(outer);
      const session = await sessions.load(request);
      running.set(request, session);
      const { response, thrown } = await answerOf(handler, session).finally(() => running.delete(request));
      const committed = await sessions.commit(session, response);
      if (thrown) throw committed;
      return committed;
    },
    jwks: async () => ({ keys: await config.codec.keys() }),
    ...(config.backend.owners as OwnerSessions<Data>),
  };
  return sessions;
}

interface Answer {
  readonly response: Response;
  readonly thrown: boolean;
}

/** Runs the handler. A response counts, whether it is returned or thrown. */
async function answerOf<Data extends object>(
  handler: (session: Session<Data>) => Awaitable<Response>,
  session: Session<Data>,
): Promise<Answer> {
  try {
    return { response: await handler(session), thrown: false };
  } catch (error) {
    if (isResponse(error)) return { response: error, thrown: true };
    throw error;
  }
}

/** Not instanceof: a Response may come from another realm. Some errors have a status and headers too, but also a message. */
function isResponse(value: unknown): value is Response {
  const { status, headers, message }: Partial<Response & Error> = Object(value);
  return typeof status === "number" && typeof headers?.getSetCookie === "function" && message === undefined;
}
