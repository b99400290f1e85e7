import { type Awaitable, andThen } from "../awaitable.ts";
import { SessionError } from "../errors.ts";
import { expiryOf } from "../lifetime.ts";
import type { Settings } from "../settings.ts";
import { type Claims, encodeClaims } from "../token/claims.ts";
import type { TokenCodec } from "../token/codec.ts";
import type { Transport } from "../transport/transport.ts";

/** A token for the client. */
export interface SealedToken {
  readonly text: string;
  /** The id of its session. */
  readonly sid: string;
  /** The seconds for which a persistent cookie keeps it. Undefined: the browser drops it when it closes. */
  readonly maxAge: number | undefined;
}

/** Makes tokens, and checks their size. */
export class Sealer {
  readonly #codec: TokenCodec;
  readonly #transport: Transport;
  readonly #settings: Settings;

  constructor(codec: TokenCodec, transport: Transport, settings: Settings) {
    this.#codec = codec;
    this.#transport = transport;
    this.#settings = settings;
  }

  /** A token of these claims, of any size. */
  seal(claims: Claims): Awaitable<SealedToken> {
    const maxAge = claims.persistent ? claims.exp - claims.iat : undefined;
    return andThen(this.#codec.seal(encodeClaims(claims)), (text) => ({ text, sid: String(claims.sid), maxAge }));
  }

  /** A token that is issued now and carries the data. */
  sealData(claims: Claims): Awaitable<SealedToken> {
    const { now, lifetime } = this.#settings;
    const iat = now();
    return this.seal({ ...claims, iat, exp: expiryOf(claims, iat, lifetime) });
  }

  fits({ text }: SealedToken): boolean {
    return text.length <= this.#transport.limit;
  }

  /** True if a client that has such a token may bring it: it may be larger than one that is issued for a change. */
  isAccepted({ text }: SealedToken): boolean {
    const { limit, longest = limit } = this.#transport;
    return text.length <= longest;
  }

  /** Throws `ERR_TOKEN_TOO_LARGE` if the token does not fit. */
  assertFits(sealed: SealedToken): SealedToken {
    if (this.fits(sealed)) return sealed;
    const { header, name, limit } = this.#transport;
    const bytes = name.length + sealed.text.length;
    const fact = `The session ${header.toLowerCase()} has ${bytes} bytes, name included, and may have ${name.length + limit}`;
    const cure = "Keep ids in the session, not whole objects, or choose another `overflow`";
    throw new SessionError("ERR_TOKEN_TOO_LARGE", `${fact}. ${cure}.`);
  }
}
