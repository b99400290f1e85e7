/**
 * What a request did to its session. `modified` includes a new session with content. `destroyed`: the request ended the session
 * and wrote nothing afterwards.
 */
export type SessionStatus = "unchanged" | "modified" | "destroyed";

/**
 * The state of the client's token. `rejected`: it did not verify. `ended`: its session has expired, was revoked or is unknown
 * to the store. `superseded`: a newer token of the same session replaced it less than 10 seconds ago.
 */
export type ClientStatus = "none" | "rejected" | "ended" | "superseded" | "valid";

/** What commit knows about a session that was accessed. */
export interface CommitFacts {
  readonly client: ClientStatus;
  readonly status: SessionStatus;
  /** The session has no owner, no flashes and no data: it needs no cookie. */
  readonly empty: boolean;
  /** This request ended the client's session, even if it wrote to a new one afterwards. */
  readonly destroyed: boolean;
  /** This request signs in an owner whom the session did not have when it was loaded. */
  readonly signIn: boolean;
  /** So much of the idle time has passed (`lifetime.refresh`) that the session's expiry should move. */
  readonly refreshDue: boolean;
  /** The client's token must be replaced: an older secret or an accepted codec sealed it, or its cookie has a former name. */
  readonly mustReissue: boolean;
}

/**
 * What commit does.
 *
 * - `none`: nothing is saved, and no cookie is sent.
 * - `refresh`: keeps the session alive: with a new token, or by a touch of the record.
 * - `reissue`: replaces a token that carries the data. Where a store holds the data, the token stays.
 * - `save`: saves the changes. The client gets a token if it would differ from the one that it has.
 * - `empty`: saves that the session is now empty, which ends it.
 * - `end`: ends the session for good.
 * - `clear`: clears a cookie that opens no session.
 * - `lose`: drops the changes: the session has a newer token, which the client has or is about to get.
 */
export type CommitAction = "none" | "refresh" | "reissue" | "save" | "empty" | "end" | "clear" | "lose";

/** The only place that decides what a commit does. A backend carries the action out. */
export function decide(facts: CommitFacts): CommitAction {
  const { client, status } = facts;
  const known = client === "valid" || client === "superseded";
  if (status === "destroyed") return known ? "end" : client === "none" ? "none" : "clear";
  if (facts.destroyed) return "save";
  if (client === "superseded") return decideSuperseded(facts);
  if (status === "modified") return facts.empty ? (client === "valid" ? "empty" : "none") : "save";
  // A cookie that has ended or does not verify is not cleared. A late response would clear the cookie of a newer login, and a
  // deploy with a wrong secret would log everybody out.
  if (client !== "valid") return "none";
  if (facts.refreshDue) return "refresh";
  return facts.mustReissue ? "reissue" : "none";
}

function decideSuperseded({ status, signIn }: CommitFacts): CommitAction {
  if (signIn) return "save";
  return status === "modified" ? "lose" : "none";
}
