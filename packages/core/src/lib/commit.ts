import { type Awaitable, andThen } from "./awaitable.ts";
import { decide } from "./decide.ts";
import type { HeaderChanges } from "./header-changes.ts";
import { isInsecure } from "./insecure.ts";
import { isRefreshDue } from "./lifetime.ts";
import { encodeClaims } from "./record.ts";
import type { SessionState } from "./session-state.ts";

/** Saves the session once; another commit of it comes to the same. Synchronous where nothing has to be waited for. */
export function commit(state: SessionState): Awaitable<HeaderChanges> {
  state.outcome ??= save(state);
  return state.outcome;
}

function save(state: SessionState): Awaitable<HeaderChanges> {
  const { config, loaded, accessed } = state;
  const { cookie, ...rest } = decide({
    accessed,
    status: accessed ? state.status : "unchanged",
    empty: state.empty,
    client: loaded.client,
    refreshDue: loaded.client === "valid" && isRefreshDue(loaded.record, config.now(), config.lifetime),
    outdated: loaded.client === "valid" && loaded.outdated,
  });
  const changes = { ...rest, cookieName: config.cookie.name };
  if (cookie === "none") return { ...changes, setCookie: [] };
  if (cookie === "clear") return { ...changes, setCookie: config.setCookie.clear() };
  return andThen(issue(state), (setCookie) => ({ ...changes, setCookie }));
}

function issue(state: SessionState): Awaitable<readonly string[]> {
  const { config, request } = state;
  const record = state.toRecord();
  const maxAge = record.persistent ? record.expiresAt - record.issuedAt : undefined;
  if (config.cookie.secure && isInsecure(request)) config.emit({ type: "insecure-request" });
  return andThen(config.codec.seal(encodeClaims(record)), (token) => config.setCookie.issue(token, maxAge));
}
