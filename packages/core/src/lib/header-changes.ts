import type { CommitEffects } from "./decide.ts";
import type { SessionEvent } from "./events.ts";

/** Response headers: `Headers` will do; other servers' are wrapped in these five methods. */
export type HeadersLike = Pick<Headers, "get" | "set" | "append" | "delete" | "getSetCookie">;

/** What commit came to, ready to be put on a response. */
export interface HeaderChanges {
  readonly cookieName: string;
  readonly setCookie: readonly string[];
  readonly vary: boolean;
  readonly cacheControl: CommitEffects["cacheControl"];
}

/** Applying the same changes twice gives the same headers. */
export function applyChanges(headers: HeadersLike, changes: HeaderChanges, emit: (event: SessionEvent) => void): void {
  if (!changes.vary) return;
  varyByCookie(headers);
  limitCaching(headers, changes, emit);
  if (changes.setCookie.length > 0) replaceSetCookie(headers, changes);
}

function varyByCookie(headers: HeadersLike): void {
  if (!/(^|[ ,])(cookie|\*)($|[ ,])/i.test(headers.get("vary") ?? "")) headers.append("vary", "Cookie");
}

/** RFC 9111 section 7.3: a Set-Cookie does not keep caches from storing the response. */
function limitCaching(
  headers: HeadersLike,
  { cacheControl }: HeaderChanges,
  emit: (event: SessionEvent) => void,
): void {
  const current = headers.get("cache-control");
  if (current === null) headers.set("cache-control", cacheControl);
  if (current === null || cacheControl === "private") return;
  const shared = /\b(public|s-maxage)\b/i.test(current);
  if (shared) emit({ type: "cacheable-response", cacheControl: current });
  if (shared || !/\bno-store\b/i.test(current)) headers.set("cache-control", cacheControl);
}

/** RFC 6265bis section 4.1: no two Set-Cookie lines of one name in a response. The lines of others stay as they are. */
function replaceSetCookie(headers: HeadersLike, { cookieName, setCookie }: HeaderChanges): void {
  const lines = headers.getSetCookie();
  const others = lines.filter((line) => !line.startsWith(`${cookieName}=`));
  if (others.length < lines.length) {
    headers.delete("set-cookie");
    for (const line of others) headers.append("set-cookie", line);
  }
  for (const line of setCookie) headers.append("set-cookie", line);
}
