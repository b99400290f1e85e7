/** Writes of one request that others may overtake before it gives up. */
export const MAX_ATTEMPTS = 100;

/** Longer from one attempt to the next, and by chance: who has collided shall not do so again. */
export function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2 ** attempt, 64)));
}
