import type { SessionEvent } from "./events.ts";
import { applyChanges, type HeaderChanges } from "./header-changes.ts";

/** The response with the changes made: the same one where its headers can be changed, else a copy with the same body. */
export function respond(response: Response, changes: HeaderChanges, emit: (event: SessionEvent) => void): Response {
  if (!changes.vary) return response;
  // A WebSocket's 101 and Response.error() (status 0) can't be copied.
  if (response.status < 200) {
    if (changes.setCookie.length > 0) emit({ type: "cookie-not-sent", status: response.status });
    return response;
  }
  const target = hasMutableHeaders(response) ? response : new Response(response.body, response);
  applyChanges(target.headers, changes, emit);
  return target;
}

/** Redirects and fetched responses have immutable headers, and only trying tells (Fetch standard, section 5.1). */
function hasMutableHeaders({ headers }: Response): boolean {
  try {
    headers.delete("set-cookie2");
    return true;
  } catch {
    return false;
  }
}
