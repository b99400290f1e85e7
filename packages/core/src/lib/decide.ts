import type { Loaded } from "./load.ts";
import type { SessionStatus } from "./session-state.ts";

/** What commit knows about a session. */
export interface CommitFacts {
  readonly accessed: boolean;
  readonly status: SessionStatus;
  readonly empty: boolean;
  readonly client: Loaded["client"];
  readonly refreshDue: boolean;
  /** The token was made with a secret that is not the newest. */
  readonly outdated: boolean;
}

/** What commit does about it. */
export interface CommitEffects {
  readonly cookie: "none" | "issue" | "clear";
  readonly vary: boolean;
  readonly cacheControl: "unchanged" | "private" | "private, no-store";
}

/** The one place where it is decided what a response says about its session. */
export function decide(facts: CommitFacts): CommitEffects {
  if (!facts.accessed) return { cookie: "none", vary: false, cacheControl: "unchanged" };
  const cookie = decideCookie(facts);
  return { cookie, vary: true, cacheControl: cookie === "none" ? "private" : "private, no-store" };
}

function decideCookie({ status, empty, client, refreshDue, outdated }: CommitFacts): CommitEffects["cookie"] {
  if (status === "modified" && !empty) return "issue";
  if (client === "ended" || (client !== "none" && status === "destroyed")) return "clear";
  // A rejected cookie is left alone: a wrong deploy must not log everybody out.
  if (client !== "valid") return "none";
  if (status === "modified") return "clear";
  return refreshDue || outdated ? "issue" : "none";
}
