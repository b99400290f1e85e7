import { type Awaitable, andThen } from "../awaitable.ts";
import { absoluteExpiryOf } from "../lifetime.ts";
import type { SessionState } from "../session/session-state.ts";
import type { Settings } from "../settings.ts";
import type { Claims } from "../token/claims.ts";
import type { BackendEnvironment } from "./backend.ts";
import type { SealedToken, Sealer } from "./sealer.ts";

/** Makes the tokens of sessions whose data is in a store. */
export interface StoreTokens {
  /** The client's next token. Undefined if the client can keep the token that it has. */
  next(claims: Claims, state: SessionState): Awaitable<SealedToken | undefined>;
}

/** Makes tokens that refer to a record: they carry the id, or the id and the owner. */
export class ReferenceTokens implements StoreTokens {
  readonly #sealer: Sealer;
  readonly #settings: Settings;
  readonly #namesOwner: boolean;

  constructor({ sealer, settings }: BackendEnvironment, { namesOwner }: { readonly namesOwner: boolean }) {
    this.#sealer = sealer;
    this.#settings = settings;
    this.#namesOwner = namesOwner;
  }

  next(claims: Claims, { loaded }: SessionState): Awaitable<SealedToken | undefined> {
    return saysTheSame(claims, loaded) ? undefined : this.seal(claims);
  }

  /**
   * A token without the data. It expires when the session's absolute timeout does; the record may expire earlier. It names the
   * owner if the owner's note is read before the record.
   */
  seal(claims: Claims): Awaitable<SealedToken> {
    const { now, lifetime } = this.#settings;
    const { sid, start, generation, persistent, recordKey, sub, validSince } = claims;
    const exp = absoluteExpiryOf(claims, lifetime);
    const reference = { sid, iat: now(), exp, start, generation, persistent, recordKey, flashes: [], data: {} };
    return this.#sealer.seal({ ...reference, ...(this.#namesOwner && { sub, validSince }), isReference: true });
  }
}

/**
 * A new session, a new generation and a change of `persistent` need a new token. A token of an older secret stays: if a slow
 * page replaced it, it could overwrite the token of a login.
 */
function saysTheSame(next: Claims, { client, claims }: SessionState["loaded"]): boolean {
  if (client !== "valid" || claims === undefined) return false;
  return next.sid === claims.sid && next.generation === claims.generation && next.persistent === claims.persistent;
}

/** Makes tokens that carry the data while it fits, and tokens that refer to the record while it does not. */
export class FittingOrReferenceTokens implements StoreTokens {
  readonly #sealer: Sealer;
  readonly #references: ReferenceTokens;

  constructor(sealer: Sealer, references: ReferenceTokens) {
    this.#sealer = sealer;
    this.#references = references;
  }

  next(claims: Claims, state: SessionState): Awaitable<SealedToken | undefined> {
    return andThen(this.#sealer.sealData(claims), (sealed) =>
      this.#sealer.fits(sealed) ? sealed : this.#references.next(claims, state),
    );
  }
}
