import type { CommitEffects } from "./decide.ts";
import type { SessionState } from "./session-state.ts";

/** Response headers: `Headers` will do; other servers' are wrapped in these five methods. */
export type HeadersLike = Pick<Headers, "get" | "set" | "append" | "delete" | "getSetCookie">;

/** What commit came to, ready to be put on a response. */
export interface HeaderChanges extends Omit<CommitEffects, "record"> {
  readonly setCookie: readonly string[];
}

/** Applying the same changes twice gives the same headers. */
export function applyChanges(headers: HeadersLike, changes: HeaderChanges, { config, request }: SessionState): void {
  if (!changes.vary) return;
  if (!/(^|[ ,])(cookie|\*)($|[ ,])/i.test(headers.get("vary") ?? "")) headers.append("vary", "Cookie");
  const sends = changes.cookie !== "none";
  // RFC 9111 section 7.3: a Set-Cookie does not keep caches from storing the response.
  const given = headers.get("cache-control") ?? "";
  const shared = /\b(public|s-maxage)\b/i.test(given);
  if (sends && shared) config.onEvent({ type: "cacheable-response", cacheControl: given }, request);
  if (!given || (sends && (shared || !/\bno-store\b/i.test(given)))) headers.set("cache-control", changes.cacheControl);
  if (sends) replaceCookie(headers, config.cookie.name, changes.setCookie);
}

/** RFC 6265bis section 4.1: no two Set-Cookie lines of one name in a response. The lines of others stay as they are. */
function replaceCookie(headers: HeadersLike, name: string, setCookie: readonly string[]): void {
  const others = headers.getSetCookie().filter((line) => !line.startsWith(`${name}=`));
  headers.delete("set-cookie");
  for (const line of [...others, ...setCookie]) headers.append("set-cookie", line);
}
