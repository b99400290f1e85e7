import type { Former, Generations, SessionNote, TokenGeneration } from "../session/loaded.ts";
import type { WriteIntent } from "../session/session-state.ts";

/** Seconds for which a token that was replaced is known as superseded, so that requests that were on their way find out. */
export const GRACE_SECONDS = 10;

/** Earlier generations that are remembered at once. */
const MAX_FORMERS = 8;

/**
 * How a token stands against what its session is now.
 *
 * - `live`: it opens the session.
 * - `superseded`: a newer token has replaced it, less than 10 seconds ago.
 * - `gone`: it opens nothing.
 * - `lagging`: it is newer than what the store has, which has not caught up yet.
 */
export type Standing = "live" | "superseded" | "gone" | "lagging";

export function standingOf(token: TokenGeneration, current: Generations | undefined, now: number): Standing {
  if (current === undefined) return "gone";
  if (token.generation === current.generation) return "live";
  // A token that old can only be newer than the record because the store was restored from a backup.
  if (token.generation > current.generation) return now - token.iat < GRACE_SECONDS ? "lagging" : "gone";
  return formerOf(token, current, now) ? "superseded" : "gone";
}

/** The same where the data is in the token: a note tells the lowest generation that is still good. */
export function standingByNote(token: TokenGeneration, note: SessionNote, now: number): Standing {
  if (note.ended) return "gone";
  return token.generation >= note.generation ? "live" : standingOf(token, note, now);
}

/** The entry of the generation that a token is of. Each has its own time, from the moment at which it was replaced. */
export function formerOf(token: TokenGeneration, current: Generations, now: number): Former | undefined {
  return freshFormers(current.formers, now).find(({ generation }) => generation === token.generation);
}

export function freshFormers(formers: readonly Former[], now: number): readonly Former[] {
  const fresh = formers.filter(({ at }) => now - at < GRACE_SECONDS);
  return fresh.length > MAX_FORMERS ? fresh.slice(-MAX_FORMERS) : fresh;
}

/** The next generation, with an entry of the one that it replaces. */
export function nextGeneration(current: Generations, replaced: Omit<Former, "generation">): Generations {
  const former = { ...replaced, generation: current.generation };
  return { generation: current.generation + 1, formers: freshFormers([...current.formers, former], replaced.at) };
}

/** Whether the request with this mark has made the present generation, or one shortly before. */
export function wasReplacedBy(current: Generations | undefined, mark: string | undefined): boolean {
  return current?.formers.some(({ by }) => by === mark) === true;
}

/**
 * What becomes of a write.
 *
 * - `write`: it is saved.
 * - `join`: the session belongs to the one who signs in already: it is saved there, under the present generation.
 * - `begin`: it begins another session.
 * - `refuse`: it is an error, so that a sign-in is never lost in silence.
 * - `lose`: it is dropped.
 */
export type Fate = "write" | "join" | "begin" | "refuse" | "lose";

export function fateOf(standing: Standing, intent: WriteIntent, ownerNow: string | undefined): Fate {
  if (standing === "live") return "write";
  if (intent.relogin) return "refuse";
  if (!intent.signIn) return "lose";
  return standing === "superseded" && ownerNow === intent.owner ? "join" : "begin";
}
