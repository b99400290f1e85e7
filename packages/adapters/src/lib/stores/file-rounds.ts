import { DirectoryError } from "./file-errors.ts";

/** Far more than a race between processes takes, and soon over where nothing helps. */
const ROUNDS = 1000;

/** Repeats the attempt until it gives something, but not for ever. The error names `path`. */
export async function untilDone<T>(path: string, attempt: () => Promise<T | undefined>): Promise<T> {
  for (let round = 0; round < ROUNDS; round++) {
    const result = await attempt();
    if (result !== undefined) return result;
  }
  throw new DirectoryError(
    `${path} was different after each of ${ROUNDS} attempts`,
    "Find what else changes this folder: only processes with fileStore may, and its file system must be a local one",
  );
}
