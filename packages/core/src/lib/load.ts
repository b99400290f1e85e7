import type { Config } from "./config.ts";
import { cookieValues } from "./cookie-header.ts";
import type { RejectionReason } from "./events.ts";
import { isExpired } from "./lifetime.ts";
import { decodeClaims, type SessionRecord } from "./record.ts";
import { MAX_COOKIE_BYTES } from "./set-cookie.ts";

/** What is read of a request: a `Request` will do. `url` only serves the `insecure-request` event. */
export interface RequestLike {
  readonly headers: Pick<Headers, "get">;
  readonly url?: string;
}

/** What the client's cookies amounted to. Only `valid` brings data along. */
export type Loaded =
  | { readonly client: "none" | "rejected" | "ended" }
  | { readonly client: "valid"; readonly record: SessionRecord; readonly outdated: boolean };

type Read =
  | { readonly ok: true; readonly record: SessionRecord; readonly outdated: boolean }
  | { readonly ok: false; readonly reason: RejectionReason };

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
  let client: "none" | "rejected" | "ended" = "none";
  for (const token of tokens) {
    const read = await readToken(token, config);
    if (read.ok) return { client: "valid", record: read.record, outdated: read.outdated };
    config.emit({ type: "token-rejected", reason: read.reason });
    if (client !== "ended") client = read.reason === "expired" ? "ended" : "rejected";
  }
  return { client };
}

/** Cheap checks first, and nothing is decoded before its MAC holds. */
async function readToken(token: string, config: Config): Promise<Read> {
  if (config.cookie.name.length + token.length > MAX_COOKIE_BYTES) return { ok: false, reason: "too-large" };
  const opened = await config.codec.open(token);
  if (!opened.ok) return opened;
  const record = decodeClaims(opened.payload);
  if (record === undefined) return { ok: false, reason: "undecodable" };
  const now = config.now();
  if (record.issuedAt > now + CLOCK_SKEW) return { ok: false, reason: "issued-in-future" };
  if (isExpired(record, now, config.lifetime)) return { ok: false, reason: "expired" };
  return { ok: true, record, outdated: opened.outdated };
}
