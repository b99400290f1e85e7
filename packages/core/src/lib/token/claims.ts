import type { Config } from "../config.ts";
import { expiryOf } from "../lifetime.ts";
import { parse } from "./rich-json.ts";

/** A session as JSON claims (RFC 7519 section 4); a token leaves out what is empty. Times are seconds since the epoch. */
export interface Claims {
  /** The session's id; a new session gets one when somebody asks for it. */
  sid?: string | undefined;
  /** When this token was issued. */
  readonly iat: number;
  /** When it expires. */
  readonly exp: number;
  /** When the session started. Left out where it is `iat`. */
  readonly start: number;
  /** The owner. */
  readonly sub?: string | undefined;
  /** Whether the cookie is persistent. */
  readonly p?: boolean;
  /** Flashes: category and message. */
  readonly f: readonly (readonly [category: string, message: string])[];
  /** The data. */
  readonly d: Readonly<Record<string, unknown>>;
  /** The owner's "valid since" at sign-in, in milliseconds; undefined from `login` until that is looked up. */
  readonly since?: number | undefined;
  /** In a token that is a copy of a store's record: the record's version, and when the copy was made. */
  readonly v?: number | undefined;
  readonly t?: number | undefined;
}

/** Those of a session that starts now. */
export function newClaims({ now, lifetime, persistent }: Config): Claims {
  const iat = now();
  return { iat, exp: expiryOf(iat, iat, lifetime), start: iat, p: persistent, f: [], d: {} };
}

/** Whether there is nothing in it that would be worth a cookie. */
export function isEmptyClaims({ sub, f, d }: Claims): boolean {
  return sub === undefined && f.length === 0 && Object.keys(d).length === 0;
}

/** `data` is the text of `d`. */
export function encodeClaims(
  { sid, iat, exp, start, sub, p, f, since, v, t }: Omit<Claims, "d">,
  data: string,
): string {
  const unlessEmpty = {
    start: start === iat ? undefined : start,
    sub,
    p: p || undefined,
    f: f.length ? f : undefined,
    since: since || undefined,
  };
  const text = JSON.stringify({ sid, iat, exp, ...unlessEmpty, v, t });
  return data === "{}" ? text : `${text.slice(0, -1)},"d":${data}}`;
}

/** Throws where the text is not the claims of a session. */
export function decodeClaims(text: string): Claims {
  const { sid, iat, exp, start = iat, sub, p = false, f = [], d = {}, since = 0, v, t } = parse(text) as Claims;
  // 128 bits or more, and safe as a file name or a database key.
  const id = typeof sid === "string" && /^[\w-]{22,64}$/.test(sid);
  const { isSafeInteger } = Number;
  const times = isSafeInteger(iat) && isSafeInteger(exp) && isSafeInteger(start) && isSafeInteger(since);
  const owner = sub === undefined || typeof sub === "string";
  const data = typeof d === "object" && d !== null && !Array.isArray(d);
  if (!id || !times || !owner || !data || !f.every(Array.isArray)) throw new TypeError("not the claims of a session");
  return { sid, iat, exp, start, sub, p, f, d, since, v, t };
}
