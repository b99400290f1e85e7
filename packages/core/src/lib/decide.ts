import type { Loaded } from "./load.ts";
import type { SessionStatus } from "./session/session-state.ts";

/** What commit knows about a session that was accessed. */
export interface CommitFacts {
  readonly status: SessionStatus;
  readonly empty: boolean;
  readonly client: Loaded["client"];
  /** It was ended, whatever may have been written since. */
  readonly destroyed: boolean;
  readonly refreshDue: boolean;
  /** The client ought to get a new token in any case. */
  readonly outdated: boolean;
  /** The client's token does not say what the next one would. */
  readonly tokenStale: boolean;
}

/** What commit does about it. */
export interface CommitEffects {
  readonly cookie: "none" | "issue" | "clear";
  readonly record: "none" | "save" | "touch" | "delete";
  readonly vary: boolean;
  readonly cacheControl: "unchanged" | "private" | "private, no-store";
}

/** The one place where it is decided what becomes of a session, and what a response says about it. */
export function decide(facts: CommitFacts): CommitEffects {
  // Another response is on its way with a new id, or the end: nothing from here may overtake it.
  const ours = facts.client !== "retired";
  const cookie = ours ? decideCookie(facts) : "none";
  // But the end goes on to the new id: destroyed wins.
  const record = ours ? decideRecord(facts) : facts.destroyed ? "delete" : "none";
  return { cookie, record, vary: true, cacheControl: cookie === "none" ? "private" : "private, no-store" };
}

function decideCookie(facts: CommitFacts): CommitEffects["cookie"] {
  const { status, empty, client, refreshDue, outdated, tokenStale } = facts;
  if (status === "modified" && !empty) return client !== "valid" || tokenStale || outdated ? "issue" : "none";
  if (client === "ended" || (client !== "none" && status === "destroyed")) return "clear";
  // A rejected cookie is left alone: a wrong deploy must not log everybody out.
  if (client !== "valid") return "none";
  if (status === "modified") return "clear";
  return outdated || (refreshDue && tokenStale) ? "issue" : "none";
}

function decideRecord({ status, empty, client, refreshDue }: CommitFacts): CommitEffects["record"] {
  if (status === "modified" && !empty) return "save";
  if (client !== "valid") return "none";
  if (status !== "unchanged") return "delete";
  return refreshDue ? "touch" : "none";
}
