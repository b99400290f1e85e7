import type { CommitEffects } from "./decide.ts";
import type { SessionState } from "./session/session-state.ts";

/** Response headers: `Headers` will do; other servers' are wrapped in these five methods. */
export type HeadersLike = Pick<Headers, "get" | "set" | "append" | "delete" | "getSetCookie">;

/** What commit came to, ready to be put on a response. */
export interface HeaderChanges extends Omit<CommitEffects, "record"> {
  /** What the transport issued, or how it clears. */
  readonly lines: readonly string[];
}

/** Applying the same changes twice gives the same headers. */
export function applyChanges(headers: HeadersLike, changes: HeaderChanges, state: SessionState): void {
  if (!changes.vary) return;
  setVary(headers, state);
  setOthers(headers, changes, state);
}

/** Always writes: where headers are immutable, this is what throws, before anything has been done. */
export function setVary(headers: HeadersLike, { config }: SessionState): void {
  headers.set("vary", withName(headers.get("vary"), config.transport.header));
}

/** What goes on a response that varies by the session. */
export function setOthers(headers: HeadersLike, changes: HeaderChanges, { config, request }: SessionState): void {
  const { transport, onEvent } = config;
  const sends = changes.cookie !== "none";
  // RFC 9111 section 7.3: a Set-Cookie does not keep caches from storing the response.
  const given = headers.get("cache-control") ?? "";
  const shared = given !== "" && /\b(public|s-maxage)\b/i.test(given);
  if (sends && shared) onEvent({ type: "cacheable-response", cacheControl: given }, request);
  if (!given || (sends && (shared || !/\bno-store\b/i.test(given)))) headers.set("cache-control", changes.cacheControl);
  if (sends) transport.put(headers, changes.lines);
}

function withName(vary: string | null, header: string): string {
  if (!vary) return header;
  const names = vary.toLowerCase().split(/[ ,]+/);
  return names.includes("*") || names.includes(header.toLowerCase()) ? vary : `${vary}, ${header}`;
}
