import { auditEvents } from "./audit.ts";
import { type Awaitable, andThen, isPromise } from "./awaitable.ts";
import type { Saved } from "./backend/backend.ts";
import type { Config } from "./config.ts";
import { type CommitAction, decide } from "./decide.ts";
import { isRefreshDue } from "./lifetime.ts";
import { isInsecure } from "./request.ts";
import { type HeaderChanges, untouched } from "./response.ts";
import { isEmpty, isSignIn, type SessionState, statusOf } from "./session/session-state.ts";

/** If a token and its name have more bytes, an event says so. */
const LARGE = 3072;

/**
 * Saves the session once; committing again returns the same result.
 *
 * Synchronous if the backend and the codec are: then an adapter need not hold the response back.
 */
export function commit(state: SessionState, config: Config): Awaitable<HeaderChanges> {
  if (state.outcome !== undefined) return state.outcome;
  const saving = save(state, config);
  state.outcome = saving;
  // After a failed commit, the handler may correct the session and commit it again.
  if (isPromise(saving)) saving.catch(() => Object.assign(state, { outcome: undefined }));
  return saving;
}

/** A session that was never accessed is not saved, and its response is left as it was. */
function save(state: SessionState, config: Config): Awaitable<HeaderChanges> {
  if (!state.accessed) return untouched;
  const action = actionFor(state, config);
  return andThen(config.backend.save(state, action), (saved) => {
    for (const event of auditEvents(action, saved, state)) state.context.emit(event);
    // A session that begins in a commit gets its id there: `session.id` must say the same afterwards.
    if (saved.token) state.claims.sid ??= saved.token.sid;
    return changesFor(saved, state, config);
  });
}

function actionFor(state: SessionState, { now, lifetime }: Config): CommitAction {
  const { loaded, stored, destroyed } = state;
  // If there is a record, its times count: `update` may have refreshed them already.
  const { claims } = stored ?? loaded;
  return decide({
    client: loaded.client,
    status: statusOf(state),
    empty: isEmpty(state),
    destroyed,
    signIn: isSignIn(state),
    refreshDue: claims !== undefined && isRefreshDue(claims, now(), lifetime),
    mustReissue: loaded.mustReissue === true,
  });
}

function changesFor(saved: Saved, state: SessionState, config: Config): HeaderChanges {
  const { copy = [] } = saved;
  const lines = linesFor(saved, state, config);
  return { vary: true, lines: copy.length === 0 ? lines : [...lines, ...copy] };
}

function linesFor({ cookie, token }: Saved, { context }: SessionState, config: Config): readonly string[] {
  const { transport, now } = config;
  if (cookie === "clear") return transport.clear(context.request);
  if (token === undefined) return [];
  const { text, maxAge } = token;
  const bytes = transport.name.length + text.length;
  if (bytes > LARGE) context.emit({ type: "token-large", bytes });
  if (transport.secure && isInsecure(context.request)) context.emit({ type: "insecure-request" });
  const expiry = maxAge === undefined ? undefined : { maxAge, expires: new Date((now() + maxAge) * 1000) };
  return transport.issue(text, expiry, context.request);
}
