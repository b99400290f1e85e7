import { type Awaitable, andThen } from "./awaitable.ts";
import { encodeClaims } from "./claims.ts";
import { decide } from "./decide.ts";
import type { HeaderChanges } from "./header-changes.ts";
import { isInsecure } from "./insecure.ts";
import { isRefreshDue } from "./lifetime.ts";
import { claimsOf, isEmpty, type SessionState, statusOf } from "./session-state.ts";

/** Saves the session once; another commit of it comes to the same. Synchronous where nothing has to be waited for. */
export function commit(state: SessionState): Awaitable<HeaderChanges> {
  state.outcome ??= save(state);
  return state.outcome;
}

function save(state: SessionState): Awaitable<HeaderChanges> {
  const { accessed, config, loaded } = state;
  const { client, claims, outdated = false } = loaded;
  const { cookie, ...headers } = decide({
    accessed,
    status: accessed ? statusOf(state) : "unchanged",
    empty: isEmpty(state),
    client,
    refreshDue: !!claims && isRefreshDue(claims, config.now(), config.lifetime),
    outdated,
  });
  const withCookie = (setCookie: readonly string[]) => ({ ...headers, cookieName: config.cookie.name, setCookie });
  if (cookie === "issue") return andThen(issue(state), withCookie);
  return withCookie(cookie === "clear" ? config.cookie.clear() : []);
}

function issue(state: SessionState): Awaitable<readonly string[]> {
  const { config, request, persistent, values } = state;
  const claims = claimsOf(state);
  if (config.cookie.secure && isInsecure(request)) config.emit({ type: "insecure-request" });
  return andThen(config.codec.seal(encodeClaims(claims, values.toJson())), (token) =>
    config.cookie.issue(token, persistent ? claims.exp - claims.iat : undefined),
  );
}
