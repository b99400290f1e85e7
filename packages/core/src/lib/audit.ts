import type { Saved } from "./backend/backend.ts";
import type { CommitAction } from "./decide.ts";
import type { SessionEvent } from "./events.ts";
import { isSignIn, type SessionState } from "./session/session-state.ts";

/** The events for the audit log: what a commit has done to sessions. Changes that were lost are none. */
export function auditEvents(action: CommitAction, { cookie, token }: Saved, state: SessionState): SessionEvent[] {
  const { loaded, renewed, claims } = state;
  const events: SessionEvent[] = [];
  const former = loaded.claims?.sid ?? loaded.stored?.key;
  if (former !== undefined && ends(action, cookie, state)) {
    const by = action === "empty" ? "emptied" : "destroyed";
    events.push({ type: "ended", id: former, owner: (loaded.claims ?? loaded.stored?.claims)?.sub, by });
  }
  const id = token?.sid;
  if (id === undefined) return events;
  if (isSignIn(state)) events.push({ type: "logged-in", id, owner: String(claims.sub) });
  else if (renewed && loaded.client === "valid") events.push({ type: "regenerated", id, owner: claims.sub });
  return events;
}

/** True if the client's session has ended, also if the request began another one. */
function ends(action: CommitAction, cookie: Saved["cookie"], { destroyed }: SessionState): boolean {
  return cookie === "clear" || (action === "save" && destroyed && cookie === "issue");
}
