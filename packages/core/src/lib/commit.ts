import { type Awaitable, andThen } from "./awaitable.ts";
import { encodeClaims } from "./claims.ts";
import { decide } from "./decide.ts";
import type { HeaderChanges } from "./header-changes.ts";
import { isInsecure } from "./insecure.ts";
import { expiryOf, isRefreshDue } from "./lifetime.ts";
import { idOf, isEmpty, type SessionState, statusOf } from "./session-state.ts";

/** Saves the session once; another commit of it comes to the same. Synchronous where nothing has to be waited for. */
export function commit(state: SessionState): Awaitable<HeaderChanges> {
  state.outcome ??= save(state);
  return state.outcome;
}

function save(state: SessionState): Awaitable<HeaderChanges> {
  const { loaded, config, claims, accessed } = state;
  const { cookie, vary, cacheControl } = decide({
    accessed,
    status: accessed ? statusOf(state) : "unchanged",
    empty: isEmpty(state),
    client: loaded.client,
    refreshDue: isRefreshDue(claims, config.now(), config.lifetime),
    outdated: loaded.outdated === true,
  });
  const changes = (setCookie: readonly string[]) => ({ cookie, vary, cacheControl, setCookie });
  if (cookie === "issue") return andThen(issue(state), changes);
  return changes(cookie === "clear" ? config.cookie.clear() : []);
}

function issue(state: SessionState): Awaitable<readonly string[]> {
  const { request, config, claims, values } = state;
  const { cookie, codec, lifetime, onEvent } = config;
  const iat = config.now();
  const exp = expiryOf(claims.start, iat, lifetime);
  if (cookie.secure && isInsecure(request)) onEvent({ type: "insecure-request" }, request);
  const payload = encodeClaims({ ...claims, sid: idOf(state), iat, exp }, values.toJson());
  return andThen(codec.seal(payload), (token) => cookie.issue(token, claims.p ? exp - iat : undefined));
}
