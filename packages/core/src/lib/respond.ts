import { type HeaderChanges, setOthers, setVary } from "./header-changes.ts";
import type { SessionState } from "./session/session-state.ts";

/** The response with the changes made: the same one where its headers can be changed, else a copy with the same body. */
export function respond(response: Response, changes: HeaderChanges, state: SessionState): Response {
  if (!changes.vary) return response;
  // A WebSocket's 101 and Response.error() (status 0) can't be copied.
  if (response.status < 200) {
    if (changes.cookie !== "none")
      state.config.onEvent({ type: "cookie-not-sent", status: response.status }, state.request);
    return response;
  }
  // Redirects and fetched responses have immutable headers, and only trying tells (Fetch standard, section 5.1).
  let target = response;
  try {
    setVary(target.headers, state);
  } catch {
    target = new Response(response.body, response);
    setVary(target.headers, state);
  }
  setOthers(target.headers, changes, state);
  return target;
}
