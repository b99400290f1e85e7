import { type Awaitable, andThen } from "./awaitable.ts";
import { decide } from "./decide.ts";
import type { HeaderChanges } from "./header-changes.ts";
import { isInsecure } from "./insecure.ts";
import { isRefreshDue } from "./lifetime.ts";
import { isEmpty, type SessionState, statusOf } from "./session-state.ts";

/** Saves the session once; another commit of it comes to the same. Synchronous where nothing has to be waited for. */
export function commit(state: SessionState): Awaitable<HeaderChanges> {
  state.outcome ??= save(state);
  return state.outcome;
}

function save(state: SessionState): Awaitable<HeaderChanges> {
  const { loaded, config, claims, accessed, outdated, destroyed } = state;
  const { keeper, cookie, lifetime } = config;
  const effects = decide({
    accessed,
    status: accessed ? statusOf(state) : "unchanged",
    empty: isEmpty(state),
    client: loaded.client,
    destroyed,
    refreshDue: isRefreshDue(claims, config.now(), lifetime),
    outdated,
    tokenStale: accessed && keeper.isTokenStale(state),
  });
  const { vary, cacheControl, record } = effects;
  const changes = (setCookie: readonly string[]): HeaderChanges => ({
    cookie: effects.cookie,
    vary,
    cacheControl,
    setCookie,
  });
  return andThen(record === "none" ? true : keeper.keep(state, record), (kept) => {
    if (!kept) return { cookie: "none", vary, cacheControl: "private", setCookie: [] };
    if (effects.cookie === "issue") return andThen(issue(state), changes);
    return changes(effects.cookie === "clear" ? cookie.clear() : []);
  });
}

function issue(state: SessionState): Awaitable<readonly string[]> {
  const { request, config, claims } = state;
  const { cookie, codec, keeper, onEvent } = config;
  if (cookie.secure && isInsecure(request)) onEvent({ type: "insecure-request" }, request);
  const { text, maxAge } = keeper.payload(state);
  return andThen(codec.seal(text), (token) => cookie.issue(token, claims.p ? maxAge : undefined));
}
