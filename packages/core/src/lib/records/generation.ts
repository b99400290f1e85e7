import type { Former, Generations, SessionNote, TokenGeneration } from "../session/loaded.ts";
import type { WriteIntent } from "../session/session-state.ts";

/** For so many seconds a replaced token counts as superseded, because the client may have sent requests with it already. */
export const GRACE_SECONDS = 10;

/** The most earlier generations that a session remembers. */
const MAX_FORMERS = 8;

/**
 * How a token compares with the current state of its session.
 *
 * - `live`: it opens the session.
 * - `superseded`: a newer token replaced it less than 10 seconds ago.
 * - `gone`: it opens nothing.
 * - `lagging`: it is newer than the record, because the store has not caught up yet (a replica, for example).
 */
export type Standing = "live" | "superseded" | "gone" | "lagging";

export function standingOf(token: TokenGeneration, current: Generations | undefined, now: number): Standing {
  if (current === undefined) return "gone";
  if (token.generation === current.generation) return "live";
  // An old token that is newer than the record shows that the store was restored from a backup.
  if (token.generation > current.generation) return now - token.iat < GRACE_SECONDS ? "lagging" : "gone";
  return formerOf(token, current, now) ? "superseded" : "gone";
}

/** The standing of a token that holds the data: the note has the lowest generation that is still valid. */
export function standingByNote(token: TokenGeneration, note: SessionNote, now: number): Standing {
  if (note.ended) return "gone";
  return token.generation >= note.generation ? "live" : standingOf(token, note, now);
}

/** The entry of a token's generation, while its grace period lasts: it begins when that generation is replaced. */
export function formerOf(token: TokenGeneration, current: Generations, now: number): Former | undefined {
  return freshFormers(current.formers, now).find(({ generation }) => generation === token.generation);
}

export function freshFormers(formers: readonly Former[], now: number): readonly Former[] {
  const fresh = formers.filter(({ at }) => now - at < GRACE_SECONDS);
  return fresh.length > MAX_FORMERS ? fresh.slice(-MAX_FORMERS) : fresh;
}

/** The next generation, with an entry for the one that it replaces. */
export function nextGeneration(current: Generations, replaced: Omit<Former, "generation">): Generations {
  const former = { ...replaced, generation: current.generation };
  return { generation: current.generation + 1, formers: freshFormers([...current.formers, former], replaced.at) };
}

/** True if the request with this mark made the current generation, or one shortly before. */
export function wasReplacedBy(current: Generations | undefined, mark: string | undefined): boolean {
  return current?.formers.some(({ by }) => by === mark) === true;
}

/**
 * What happens to a request's write.
 *
 * - `write`: saved.
 * - `join`: another request has signed in the same owner already: saved in that session, under its current generation.
 * - `begin`: saved in another session, which begins with it.
 * - `refuse`: the commit rejects, so that no login is lost in silence.
 * - `lose`: dropped.
 */
export type Fate = "write" | "join" | "begin" | "refuse" | "lose";

export function fateOf(standing: Standing, intent: WriteIntent, ownerNow: string | undefined): Fate {
  if (standing === "live") return "write";
  if (intent.relogin) return "refuse";
  if (!intent.signIn) return "lose";
  return standing === "superseded" && ownerNow === intent.owner ? "join" : "begin";
}
