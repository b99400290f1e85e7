import type { HeadersLike, RequestLike } from "../request.ts";

/** The tokens that a request carries. */
export interface ReceivedTokens {
  /** Those that may be the session's, in the order of the header, at most 8. */
  readonly tokens: readonly string[];
  /** Those that came under a name which the cookie had before. Their keys are derived for that name. */
  readonly former?: readonly FormerToken[];
  /** A part of a token is missing. */
  readonly incomplete?: boolean;
}

export interface FormerToken {
  readonly name: string;
  readonly token: string;
}

/** For how long the client is to keep a token beyond the browser's end, in seconds, and until when in words. */
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
  /** The request header that the token is in: responses vary by it. */
  readonly header: string;
  /** Characters of the longest token. */
  readonly limit: number;
  /** The client sends the token over TLS only. */
  readonly secure: boolean;
  read(request: RequestLike): ReceivedTokens;
  /** The lines that go on the response; without `expiry` the token ends with the browser. */
  issue(token: string, expiry: TokenExpiry | undefined, request: RequestLike): readonly string[];
  /** The lines that have the client forget its token. */
  clear(request: RequestLike): readonly string[];
  /** Puts lines of `issue` or `clear` on a response, instead of those that were put there before. */
  put(headers: HeadersLike, lines: readonly string[]): void;
}
