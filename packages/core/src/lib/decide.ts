/** `modified` also covers a new session with something in it; `destroyed` one that was ended and not written since. */
export type SessionStatus = "unchanged" | "modified" | "destroyed";

/**
 * What became of the client's token: `rejected` did not verify, `ended` is expired, revoked or unknown to the store,
 * `superseded` was replaced by a newer token of the same session less than 10 seconds ago.
 */
export type ClientStatus = "none" | "rejected" | "ended" | "superseded" | "valid";

/** What commit knows about a session that was accessed. */
export interface CommitFacts {
  readonly client: ClientStatus;
  readonly status: SessionStatus;
  /** There is nothing in it that is worth a cookie. */
  readonly empty: boolean;
  /** The client's session was ended by this request, whatever has been written since. */
  readonly destroyed: boolean;
  /** This request signs in an owner whom the session did not have when it was loaded. */
  readonly signIn: boolean;
  /** So much of the idle time has passed that the session is to be kept alive. */
  readonly refreshDue: boolean;
  /** The client's token was made with an older secret, or in an older format. */
  readonly mustReissue: boolean;
}

/**
 * What commit does.
 *
 * - `none`: nothing is saved, and no cookie is sent.
 * - `refresh`: keeps the session alive: a new token, or a touched record.
 * - `reissue`: replaces a token that carries the data; a store needs nothing of it.
 * - `save`: saves what was written; the client gets a token if it would differ from the one that it has.
 * - `empty`: saves that nothing is left, which ends the session.
 * - `end`: ends the session for good.
 * - `clear`: clears a cookie that is worth nothing.
 * - `lose`: drops what was written, because the session has a newer token, which the client has or is about to get.
 */
export type CommitAction = "none" | "refresh" | "reissue" | "save" | "empty" | "end" | "clear" | "lose";

/** The one place that decides what becomes of a session. A backend carries it out. */
export function decide(facts: CommitFacts): CommitAction {
  const { client, status } = facts;
  const known = client === "valid" || client === "superseded";
  if (status === "destroyed") return known ? "end" : client === "none" ? "none" : "clear";
  if (facts.destroyed) return "save";
  if (client === "superseded") return decideSuperseded(facts);
  if (status === "modified") return facts.empty ? (client === "valid" ? "empty" : "none") : "save";
  // A cookie that has ended or does not verify is left alone: the answer may be late, and a wrong deploy must log nobody out.
  if (client !== "valid") return "none";
  if (facts.refreshDue) return "refresh";
  return facts.mustReissue ? "reissue" : "none";
}

function decideSuperseded({ status, signIn }: CommitFacts): CommitAction {
  if (signIn) return "save";
  return status === "modified" ? "lose" : "none";
}
