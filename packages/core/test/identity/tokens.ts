import { claimsOf } from "../helpers.ts";

/** Which session a token is of, and which of that session's tokens it is. */
export interface Token {
  readonly sid: string;
  readonly generation: number;
}

const COOKIE = "__Host-session";

/** The session cookie alone, out of a Cookie header: without a copy of the data beside it. */
export function sessionCookieIn(header: string | undefined): string | undefined {
  return header?.split("; ").find((pair) => pair.startsWith(`${COOKIE}=`));
}

/** The copy that `cacheFor` sends beside it. */
export function copyCookieIn(header: string | undefined): string | undefined {
  return header?.split("; ").find((pair) => pair.startsWith(`${COOKIE}-copy=`));
}

/** The token in a Cookie header. */
export function tokenIn(header: string | undefined): Token | undefined {
  const cookie = sessionCookieIn(header);
  if (cookie === undefined) return undefined;
  const { sid, g = 0 } = claimsOf(cookie);
  return { sid: String(sid), generation: Number(g) };
}

/** Whether an answer takes the session cookie away. */
export function clearsCookie(lines: readonly string[]): boolean {
  return lines.some((line) => line.startsWith(`${COOKIE}=;`));
}

export function isSame(one: Token | undefined, other: Token | undefined): boolean {
  return one?.sid === other?.sid && one?.generation === other?.generation;
}

/** For filters: whether a cookie is of this session. */
export const isTokenOf =
  (sid: string) =>
  ({ token }: { readonly token: Token }): boolean =>
    token.sid === sid;

/** Calls the ids of a run A, B, C, in the order in which they appear. */
export class Names {
  readonly #ids: string[] = [];

  of(id: string): string {
    if (!this.#ids.includes(id)) this.#ids.push(id);
    return String.fromCharCode(65 + this.#ids.indexOf(id));
  }

  /** Like A/1: the session, and the generation. */
  ofToken(token: Token | undefined): string {
    return token ? `${this.of(token.sid)}/${token.generation}` : "no cookie";
  }
}
