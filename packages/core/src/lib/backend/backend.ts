import type { Awaitable } from "../awaitable.ts";
import type { CommitAction } from "../decide.ts";
import { SessionError } from "../errors.ts";
import type { RequestContext } from "../request.ts";
import type { EndReason, Loaded, SessionNote } from "../session/loaded.ts";
import type { Updater } from "../session/session.ts";
import type { SessionState } from "../session/session-state.ts";
import type { Settings } from "../settings.ts";
import { type Claims, newClaims, randomId } from "../token/claims.ts";
import type { TokenCodec, VerifiedToken } from "../token/codec.ts";
import type { Transport } from "../transport/transport.ts";
import type { OwnerSessions } from "./owner-sessions.ts";
import type { SealedToken, Sealer } from "./sealer.ts";

/** Keeps a session's data, and knows whether it has ended. It reads a session's state and never writes into it. */
export interface Backend extends Updater {
  /** The tokens it opens: those that carry the data, those that carry the id alone, or both. */
  readonly opens: "data" | "references" | "both";
  readonly owners: OwnerSessions;
  /** The session that a verified token stands for. Rejects with `ERR_STORE` where that can't be found out. */
  find(token: VerifiedToken, context: RequestContext): Awaitable<Loaded>;
  /**
   * Carries out what was decided. First seals the client's next token, then saves: what fails because of its size has changed
   * nothing.
   */
  save(state: SessionState, action: CommitAction): Awaitable<Saved>;
}

/** What the client is to learn. */
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

/** What a backend works with. */
export interface BackendEnvironment {
  readonly settings: Settings;
  readonly sealer: Sealer;
  /** Throws or rejects with `ERR_INVALID_DATA` where the schema would not accept the data again. */
  readonly check: (data: Claims["data"]) => Awaitable<void>;
  /** With `cacheFor` and a store: what copies of the data are made with. */
  readonly copying?: Copying | undefined;
}

/** How copies of stored sessions become cookies. */
export interface Copying {
  readonly codec: TokenCodec;
  readonly transport: Transport;
  /** Seconds for which a copy counts. */
  readonly seconds: number;
}

/** What is left of a session to a token that was replaced a moment ago: data that its holder could see anyway. */
export function supersededSession(
  { claims: token }: VerifiedToken,
  data: Claims["data"],
  settings: Settings,
  known: { readonly stored?: Loaded["stored"]; readonly note?: SessionNote },
): Loaded {
  const { sid, iat, generation } = token;
  const claims = { ...newClaims(settings), sid, generation, data };
  return { client: "superseded", ended: "superseded", claims, token: { iat, generation }, ...known };
}

export function endedSession(ended: EndReason): Loaded {
  return { client: "ended", ended };
}

/** The request continues the session that it was sent with, rather than beginning one. */
export function continues({ loaded, destroyed }: SessionState): boolean {
  return !destroyed && (loaded.client === "valid" || loaded.client === "superseded");
}

/** The claims of a session that begins: under an id that no other session has had. */
export function begin(state: SessionState, claims: Claims): Claims {
  const { sid } = state.claims;
  const isFresh = sid !== undefined && sid !== state.loaded.claims?.sid;
  return { ...claims, sid: isFresh ? sid : randomId(), generation: 0, recordKey: undefined };
}

/** What was written is dropped, because its session has got a newer token. */
export function lost({ context }: SessionState): Saved {
  context.emit({ type: "superseded-write" });
  return nothing;
}

export function sessionEnded(): SessionError {
  const cure = "Send the visitor to the sign-in page";
  return new SessionError(
    "ERR_SESSION_ENDED",
    `The session ended, or got a new token, while this login was under way. ${cure}.`,
  );
}
