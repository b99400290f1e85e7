import { type Claims, decodeClaims } from "./claims.ts";
import type { Config } from "./config.ts";
import { MAX_COOKIE_BYTES } from "./cookie.ts";
import { cookieValues } from "./cookie-header.ts";
import type { RejectionReason } from "./events.ts";
import { isExpired } from "./lifetime.ts";

/** What is read of a request: a `Request` will do. `url` only serves the `insecure-request` event. */
export interface RequestLike {
  readonly headers: Pick<Headers, "get">;
  readonly url?: string;
}

/** What the client's cookies amounted to. */
export interface Loaded {
  readonly client: "none" | "rejected" | "ended" | "valid";
  /** Those of a valid one. */
  readonly claims?: Claims | undefined;
  /** It was made with a secret that is not the newest. */
  readonly outdated?: boolean;
}

/** Cookies of one name that are tried, so that nobody can make us verify thousands. */
const MAX_CANDIDATES = 8;

/** Seconds that another server's clock may be ahead of ours. */
const CLOCK_SKEW = 60;

/** The first cookie of the session's name that verifies. Never throws on what the client sent. */
export async function load(request: RequestLike, config: Config): Promise<Loaded> {
  const header = request.headers.get("cookie");
  if (header === null) return { client: "none" };
  const tokens = cookieValues(header, config.cookie.name, MAX_CANDIDATES);
  if (tokens.length > 1) config.emit({ type: "duplicate-cookie", count: tokens.length });
  let client: Loaded["client"] = "none";
  for (const token of tokens) {
    const read = await readToken(token, config);
    if (typeof read !== "string") return read;
    config.emit({ type: "token-rejected", reason: read });
    if (client !== "ended") client = read === "expired" ? "ended" : "rejected";
  }
  return { client };
}

/** Cheap checks first, and nothing is decoded before its MAC holds. */
async function readToken(token: string, { cookie, codec, now, lifetime }: Config): Promise<Loaded | RejectionReason> {
  if (cookie.name.length + token.length > MAX_COOKIE_BYTES) return "too-large";
  const opened = await codec.open(token);
  if (typeof opened === "string") return opened;
  const claims = decodeClaims(opened.payload);
  if (claims === undefined) return "undecodable";
  if (claims.iat > now() + CLOCK_SKEW) return "issued-in-future";
  if (isExpired(claims, now(), lifetime)) return "expired";
  return { client: "valid", claims, outdated: opened.outdated };
}
