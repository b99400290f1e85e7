import { type Awaitable, andThen } from "./awaitable.ts";
import { type CommitEffects, decide } from "./decide.ts";
import { SessionError } from "./errors.ts";
import type { HeaderChanges } from "./header-changes.ts";
import { isInsecure } from "./insecure.ts";
import type { Payload } from "./keeper/keeper.ts";
import { isRefreshDue } from "./lifetime.ts";
import { checkData } from "./schema.ts";
import { isEmpty, type SessionState, statusOf } from "./session/session-state.ts";
import type { Transport } from "./transport/transport.ts";

/** Bytes of a token and its name from which on an event tells that it grows large. */
const LARGE = 3072;

/** Of a session that nobody accessed nothing becomes, and the response stays as it was. */
const untouched: HeaderChanges = { cookie: "none", vary: false, cacheControl: "unchanged", lines: [] };

/** Saves the session once; another commit of it comes to the same. Synchronous where nothing has to be waited for. */
export function commit(state: SessionState): Awaitable<HeaderChanges> {
  state.outcome ??= save(state);
  return state.outcome;
}

function save(state: SessionState): Awaitable<HeaderChanges> {
  if (!state.accessed) return untouched;
  const { loaded, config, claims, outdated, destroyed } = state;
  const { keeper, lifetime } = config;
  const effects = decide({
    status: statusOf(state),
    empty: isEmpty(state),
    client: loaded.client,
    destroyed,
    refreshDue: isRefreshDue(claims, config.now(), lifetime),
    outdated,
    tokenStale: keeper.isTokenStale(state),
  });
  const { cookie, vary, cacheControl, record } = effects;
  const nothing: HeaderChanges = { cookie: "none", vary, cacheControl: "private", lines: [] };
  const written = record === "save" || state.stored !== loaded.stored;
  return andThen(written ? checkData(state) : undefined, () =>
    andThen(record === "none" || keeper.keep(state, record), (kept) => {
      if (!kept) return nothing;
      return andThen(linesFor(cookie, state), (lines) =>
        andThen(record === "none" || (keeper.settle?.(state) ?? true), (goesOn) =>
          goesOn ? { cookie, vary, cacheControl, lines } : nothing,
        ),
      );
    }),
  );
}

function linesFor(cookie: CommitEffects["cookie"], state: SessionState): Awaitable<readonly string[]> {
  if (cookie === "issue") return issue(state);
  return cookie === "clear" ? state.config.transport.clear(state.request) : [];
}

function issue(state: SessionState): Awaitable<readonly string[]> {
  const { keeper, codec, transport } = state.config;
  const payload = keeper.payload(state);
  return andThen(codec.seal(payload.text), (token) => {
    if (token.length <= transport.limit || !keeper.overflow) return linesOf(token, payload, state);
    return andThen(keeper.overflow(state), (smaller) =>
      andThen(codec.seal(smaller.text), (other) => linesOf(other, smaller, state)),
    );
  });
}

function linesOf(token: string, { maxAge }: Payload, { request, config, claims }: SessionState): readonly string[] {
  const { transport, onEvent } = config;
  const bytes = transport.name.length + token.length;
  if (token.length > transport.limit) throw tooLarge(transport, bytes);
  if (bytes > LARGE) onEvent({ type: "token-large", bytes }, request);
  if (transport.secure && isInsecure(request)) onEvent({ type: "insecure-request" }, request);
  return transport.issue(token, claims.p ? maxAge : undefined, request);
}

function tooLarge({ header, name, limit }: Transport, bytes: number): SessionError {
  const fact = `The session ${header.toLowerCase()} has ${bytes} bytes, name included, and may have ${name.length + limit}`;
  const cure = "Keep ids in the session, not whole objects, or choose another `overflow`";
  return new SessionError("ERR_TOKEN_TOO_LARGE", `${fact}. ${cure}.`);
}
