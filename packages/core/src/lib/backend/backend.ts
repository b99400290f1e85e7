import type { Awaitable } from "../awaitable.ts";
import type { CommitAction } from "../decide.ts";
import { SessionError } from "../errors.ts";
import type { RequestContext } from "../request.ts";
import type { EndReason, Loaded, SessionNote } from "../session/loaded.ts";
import type { Updater } from "../session/session.ts";
import { type SessionState, statusOf } from "../session/session-state.ts";
import type { Settings } from "../settings.ts";
import { type Claims, newClaims, randomId } from "../token/claims.ts";
import type { TokenCodec, VerifiedToken } from "../token/codec.ts";
import type { Transport } from "../transport/transport.ts";
import type { OwnerSessions } from "./owner-sessions.ts";
import type { SealedToken, Sealer } from "./sealer.ts";

/** Keeps a session's data, and knows if the session has ended. It reads the state of a session and never changes it. */
export interface Backend extends Updater {
  /** The tokens that it opens: tokens that carry the data, tokens that refer to a record, or both. */
  readonly opens: "data" | "references" | "both";
  readonly owners: OwnerSessions;
  /** The session of a verified token. Rejects with `ERR_STORE` if the store fails. */
  find(token: VerifiedToken, context: RequestContext): Awaitable<Loaded>;
  /**
   * Carries out an action. Seals the client's next token first, then saves, so that a token that is too large changes nothing.
   */
  save(state: SessionState, action: CommitAction): Awaitable<Saved>;
}

/** The changes that the client must get. */
export interface Saved {
  readonly cookie: "none" | "clear" | "issue";
  /** The token to issue. */
  readonly token?: SealedToken;
  /** Lines for a copy of the data. */
  readonly copy?: readonly string[];
}

export const nothing: Saved = { cookie: "none" };
export const cleared: Saved = { cookie: "clear" };

export function issued(token: SealedToken | undefined): Saved {
  return token === undefined ? nothing : { cookie: "issue", token };
}

/** The parts that every backend uses. */
export interface BackendEnvironment {
  readonly settings: Settings;
  readonly sealer: Sealer;
  /** Throws or rejects with `ERR_INVALID_DATA` if the schema would not accept the data on the next load. */
  readonly check: (data: Claims["data"]) => Awaitable<void>;
  /** With `cacheFor` and a store: the second cookie. */
  readonly copying?: Copying | undefined;
}

/** The parts that turn copies of stored sessions into a second cookie. */
export interface Copying {
  readonly codec: TokenCodec;
  readonly transport: Transport;
  /** A copy is valid for so many seconds. */
  readonly seconds: number;
}

/** The session for a token that was replaced a moment ago: it has only data that whoever holds the token could see before. */
export function supersededSession(
  { claims: token }: VerifiedToken,
  data: Claims["data"],
  settings: Settings,
  known: { readonly stored?: Loaded["stored"]; readonly note?: SessionNote },
): Loaded {
  const { sid, iat, start, generation } = token;
  const claims = { ...newClaims(settings), sid, generation, data };
  return { client: "superseded", ended: "superseded", claims, token: { iat, start, generation }, ...known };
}

export function endedSession(ended: EndReason): Loaded {
  return { client: "ended", ended };
}

/** True if the request continues the session of its token. False if it begins a new one. */
export function continues({ loaded, destroyed }: SessionState): boolean {
  return !destroyed && (loaded.client === "valid" || loaded.client === "superseded");
}

/** The claims of a new session, with an id that no other session has had. */
export function begin(state: SessionState, claims: Claims): Claims {
  const { sid } = state.claims;
  const isFresh = sid !== undefined && sid !== state.loaded.claims?.sid;
  return { ...claims, sid: isFresh ? sid : randomId(), generation: 0, recordKey: undefined };
}

/** Drops the changes of this request, if there are any, because the session got a newer token. */
export function lost(state: SessionState): Saved {
  if (statusOf(state) !== "unchanged") state.context.emit({ type: "superseded-write" });
  return nothing;
}

export function sessionEnded(): SessionError {
  const cure = "Send the visitor to the sign-in page";
  return new SessionError(
    "ERR_SESSION_ENDED",
    `The session ended, or got a new token, while this login was under way. ${cure}.`,
  );
}
