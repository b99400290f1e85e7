import type { HeadersLike } from "../header-changes.ts";
import type { RequestLike } from "../load.ts";

/** What a request carries. */
export interface Carried {
  /** Tokens that may be the session's, in order, at most 8. */
  readonly tokens: readonly string[];
  /** A part of a token is missing. */
  readonly incomplete?: boolean;
}

/** How tokens travel between client and server: in a cookie, which is the default, or in a header. */
export interface Transport {
  /** The cookie's or the header's name. Keys are derived for it. */
  readonly name: string;
  /** The request header that the token is in: responses vary by it. */
  readonly header: string;
  /** Characters of the longest token. */
  readonly limit: number;
  /** The client sends the token over TLS only. */
  readonly secure: boolean;
  read(request: RequestLike): Carried;
  /** What goes on the response; `maxAge` in seconds, undefined for a token that ends with the browser. */
  issue(token: string, maxAge: number | undefined, request: RequestLike): readonly string[];
  /** What goes on the response so that the client forgets its token. */
  clear(request: RequestLike): readonly string[];
  /** Puts what `issue` or `clear` gave on a response, in the place of what was put there before. */
  put(headers: HeadersLike, lines: readonly string[]): void;
}
