import { parse } from "./rich-json.ts";

/** A session as JSON claims (RFC 7519 section 4), with nothing in it that is empty. Times are seconds since the epoch. */
export interface Claims {
  /** The session's id. */
  readonly sid: string;
  /** When this token was issued. */
  readonly iat: number;
  /** When it expires. */
  readonly exp: number;
  /** When the session started, if that is not `iat`. */
  readonly start?: number | undefined;
  /** The owner. */
  readonly sub?: string | undefined;
  /** Whether the cookie is persistent. */
  readonly p?: boolean | undefined;
  /** Flashes: category and message. */
  readonly f?: readonly (readonly [category: string, message: string])[] | undefined;
  /** The data. */
  readonly d?: Readonly<Record<string, unknown>>;
}

/** `data` is the text of `d`. */
export function encodeClaims(claims: Omit<Claims, "d">, data: string): string {
  const text = JSON.stringify(claims);
  return data === "{}" ? text : `${text.slice(0, -1)},"d":${data}}`;
}

/** Undefined where the text is not the claims of a session. */
export function decodeClaims(text: string): Claims | undefined {
  try {
    const claims = parse(text);
    return isClaims(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}

function isClaims(value: unknown): value is Claims {
  const { sid, iat, exp, start = iat, sub = "", f = [], d = {} } = value as Record<string, unknown>;
  // 128 bits or more, and safe as a file name or a database key.
  const id = typeof sid === "string" && /^[\w-]{22,64}$/.test(sid);
  const times = [iat, exp, start].every(Number.isSafeInteger);
  const flashes = Array.isArray(f) && f.every(Array.isArray);
  return id && times && flashes && typeof sub === "string" && Object(d) === d && !Array.isArray(d);
}
