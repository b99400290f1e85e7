import { type Awaitable, andThen } from "../awaitable.ts";
import type { CommitAction } from "../decide.ts";
import { isExpired } from "../lifetime.ts";
import type { RequestContext } from "../request.ts";
import type { Loaded } from "../session/loaded.ts";
import { idOf, type SessionState, statusOf, type UpdateOutcome } from "../session/session-state.ts";
import type { Settings } from "../settings.ts";
import type { Claims } from "../token/claims.ts";
import type { VerifiedToken } from "../token/codec.ts";
import {
  type Backend,
  type BackendEnvironment,
  cleared,
  continues,
  endedSession,
  issued,
  lost,
  nothing,
  type Saved,
} from "./backend.ts";
import { noOwnerSessions, type OwnerSessions } from "./owner-sessions.ts";
import type { SealedToken, Sealer } from "./sealer.ts";

/** Makes tokens that carry the data of their session. */
export interface DataTokens {
  /**
   * Throws or rejects with `ERR_TOKEN_TOO_LARGE`. Undefined if the client keeps its token: another request has given the session
   * a newer one, or a new one would be too large and would say nothing new.
   */
  make(claims: Claims, state: SessionState): Awaitable<SealedToken | undefined>;
}

/** Makes tokens, and throws if one does not fit. */
export class FittingTokens implements DataTokens {
  readonly #sealer: Sealer;

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  /** An unchanged session was issued under other options if it does not fit: it is kept alive all the same. */
  make(claims: Claims, state: SessionState): Awaitable<SealedToken | undefined> {
    return andThen(this.#sealer.sealData(claims), (sealed) => {
      if (this.#sealer.fits(sealed) || statusOf(state) !== "unchanged") return this.#sealer.assertFits(sealed);
      return this.#sealer.isAccepted(sealed) ? sealed : undefined;
    });
  }
}

/** The data travels in the token. The server does not remember that a session has ended: only the client drops its token. */
export class TokenBackend implements Backend {
  readonly opens = "data";
  readonly owners: OwnerSessions = noOwnerSessions;
  readonly #environment: BackendEnvironment;
  readonly #tokens: DataTokens;

  constructor(environment: BackendEnvironment, tokens: DataTokens = new FittingTokens(environment.sealer)) {
    this.#environment = environment;
    this.#tokens = tokens;
  }

  find(token: VerifiedToken, context: RequestContext): Loaded {
    const { settings } = this.#environment;
    return findByToken(token, settings, context);
  }

  save(state: SessionState, action: CommitAction): Awaitable<Saved> {
    if (action === "none") return nothing;
    if (action === "save" || action === "refresh" || action === "reissue") return this.#issue(state);
    return action === "lose" ? lost(state) : cleared;
  }

  update({ values }: SessionState, key: string, next: (value: unknown) => unknown): UpdateOutcome {
    return { value: next(values.get(key)) };
  }

  #issue(state: SessionState): Awaitable<Saved> {
    const claims = nextClaims(state);
    return andThen(this.#environment.check(claims.data), () =>
      andThen(this.#tokens.make(claims, state), (token) => (token === undefined ? lost(state) : issued(token))),
    );
  }
}

/** The session that a token carries, unless it has expired. */
export function findByToken(
  { claims, mustReissue }: VerifiedToken,
  { now, lifetime }: Settings,
  context: RequestContext,
): Loaded {
  if (!isExpired(claims, now(), lifetime)) return { client: "valid", claims, token: claims, mustReissue };
  context.emit({ type: "token-rejected", reason: "expired" });
  context.emit({ type: "ended", id: claims.sid, owner: claims.sub, by: "expired" });
  return endedSession("expired");
}

/** The claims of the client's next token, except its times. */
export function nextClaims(state: SessionState): Claims {
  const sid = idOf(state);
  const generation = continues(state) ? state.claims.generation + (state.renewed ? 1 : 0) : 0;
  return { ...state.claims, sid, generation, data: state.values.toObject() };
}
