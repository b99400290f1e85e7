import { SessionError } from "../errors.ts";
import { assertOwner } from "../owner.ts";
import type { StoreRecords } from "../records/store-records.ts";
import { contextWithoutRequest, type RequestContext } from "../request.ts";
import type { StoredSession } from "../session/loaded.ts";
import type { Settings } from "../settings.ts";
import { isSessionId, type OwnerSessions, type SessionInfo } from "./owner-sessions.ts";

const DEFAULT_LIMIT = 100;

/** Records that are no living session (places of sign-ins, damaged ones) push none off the list, up to this number. */
const SPARE = 20;

const BATCH = 100;

/** Lists and ends the sessions of an owner in a store. */
export function storeOwners(records: StoreRecords, settings: Settings): OwnerSessions {
  const context = contextWithoutRequest(settings.onEvent);
  return {
    async list(owner, current, { limit = DEFAULT_LIMIT } = {}) {
      assertOwner("list", owner);
      assertLimit(limit);
      const { sessions } = await records.list(owner, context, limit + SPARE);
      const begun = sessions.filter((session) => !isPlace(session));
      const newestFirst = begun.sort((a, b) => b.claims.iat - a.claims.iat || b.claims.start - a.claims.start);
      return newestFirst.slice(0, limit).map((session) => infoOf(session, current));
    },
    async revoke(id) {
      if (!isSessionId(id)) return;
      await records.delete(id, context);
      context.emit({ type: "ended", id, owner: undefined, by: "revoked" });
    },
    async revokeAll(owner, { except } = {}) {
      assertOwner("revokeAll", owner);
      const { sessions, damaged } = await records.list(owner, context);
      const others = sessions.filter((session) => session.key !== except && !isPlace(session));
      const [ended] = await Promise.all([
        inBatches(others, (session) => endOwned(records, session, owner, context)),
        inBatches(damaged, (key) => records.delete(key, context)),
      ]);
      return ended.filter(Boolean).length;
    },
    sweep: () => records.sweep(context),
  };
}

function assertLimit(limit: unknown): void {
  if (Number.isSafeInteger(limit) && (limit as number) > 0) return;
  throw new SessionError(
    "ERR_INVALID_ARGUMENT",
    `list: limit must be a whole number above 0, but is ${String(limit)}.`,
  );
}

/** Does the work for all items, but not for thousands at once. Rejects with the first failure when all are done. */
async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const outcomes: PromiseSettledResult<R>[] = [];
  for (let i = 0; i < items.length; i += BATCH) {
    outcomes.push(...(await Promise.allSettled(items.slice(i, i + BATCH).map(work))));
  }
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}

/** Ends a session if it still belongs to the owner. Compare-and-set makes sure that no other owner has it at that moment. */
export async function endOwned(
  records: StoreRecords,
  session: StoredSession,
  owner: string,
  context: RequestContext,
): Promise<boolean> {
  const { result } = await records.change(
    session.key,
    session,
    (current) => (current?.claims.sub === owner ? { write: current, ends: true, result: true } : { result: false }),
    context,
  );
  if (result) context.emit({ type: "ended", id: session.key, owner, by: "revoked" });
  return result;
}

/** True if the record only keeps a place for a sign-in: see session-limit.ts. */
export function isPlace({ claims }: StoredSession): boolean {
  return claims.recordKey !== undefined;
}

function infoOf({ key, claims }: StoredSession, current: string | undefined): SessionInfo {
  const { start, iat, exp, persistent, data } = claims;
  const date = (seconds: number) => new Date(seconds * 1000);
  const times = { createdAt: date(start), usedAt: date(iat), expiresAt: date(exp) };
  return { id: key, ...times, persistent, current: key === current, data };
}
