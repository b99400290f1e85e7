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
export function applyChanges(headers: HeadersLike, changes: HeaderChanges, { config, request }: SessionState): void {
  if (!changes.vary) return;
  const { transport, onEvent } = config;
  if (!variesBy(headers.get("vary"), transport.header)) headers.append("vary", transport.header);
  const sends = changes.cookie !== "none";
  // RFC 9111 section 7.3: a Set-Cookie does not keep caches from storing the response.
  const given = headers.get("cache-control") ?? "";
  const shared = given !== "" && /\b(public|s-maxage)\b/i.test(given);
  if (sends && shared) onEvent({ type: "cacheable-response", cacheControl: given }, request);
  if (!given || (sends && (shared || !/\bno-store\b/i.test(given)))) headers.set("cache-control", changes.cacheControl);
  if (sends) transport.put(headers, changes.lines);
}

function variesBy(vary: string | null, header: string): boolean {
  const names = vary?.toLowerCase().split(/[ ,]+/) ?? [];
  return names.includes("*") || names.includes(header.toLowerCase());
}
