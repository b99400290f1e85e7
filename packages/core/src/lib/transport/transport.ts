import type { HeadersLike, RequestLike } from "../request.ts";

/** The tokens that a request carries. */
export interface ReceivedTokens {
  /** The tokens under the session's name, in the order of the header, at most 8. */
  readonly tokens: readonly string[];
  /** Tokens in cookies with a former name. Their keys are derived for that name. */
  readonly former?: readonly FormerToken[];
  /** A part of a token is missing. */
  readonly incomplete?: boolean;
}

/** A token in a cookie with a former name. */
export interface FormerToken {
  readonly name: string;
  readonly token: string;
}

/** How long a client keeps a token even if the browser closes: `maxAge` in seconds, and `expires` as the date. */
export interface TokenExpiry {
  readonly maxAge: number;
  readonly expires: Date;
}

/** How tokens travel between client and server: in a cookie, which is the default, or in a header. */
export interface Transport {
  /** The cookie's or the header's name. Keys are derived for it. */
  readonly name: string;
  /** Names that the cookie had before. */
  readonly formerNames?: readonly string[];
  /** The name of the request header that holds the token. Responses list it in `Vary`. */
  readonly header: string;
  /** The longest token to issue, in characters. */
  readonly limit: number;
  /** The longest token to accept, in characters. Default: `limit`. */
  readonly longest?: number;
  /** True if the client sends the token over TLS only. */
  readonly secure: boolean;
  /** The tokens of a request. Never throws, whatever the client sent. */
  read(request: RequestLike): ReceivedTokens;
  /** The lines that send a token to the client. Without `expiry`, the client drops it when the browser closes. */
  issue(token: string, expiry: TokenExpiry | undefined, request: RequestLike): readonly string[];
  /** The lines that make the client drop its token. */
  clear(request: RequestLike): readonly string[];
  /** Puts the lines of `issue` or `clear` on a response. They replace the session's lines that are already there. */
  put(headers: HeadersLike, lines: readonly string[]): void;
}
