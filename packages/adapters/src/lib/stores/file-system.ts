import { opendir, stat } from "node:fs/promises";

/** For this user only. */
export const FOLDER_MODE = 0o700;
export const FILE_MODE = 0o600;

export const MISSING: readonly string[] = ["ENOENT"];
export const EXISTS: readonly string[] = ["EEXIST"];
/** POSIX leaves it to the system which of them it is. */
export const NOT_EMPTY: readonly string[] = ["ENOTEMPTY", "EEXIST"];

/** Whether it could be done: false where it failed with one of these codes. Rejects for any other failure. */
export async function did(work: Promise<void>, unless: readonly string[]): Promise<boolean> {
  const done = work.then(() => true);
  return (await resultOf(done, unless)) ?? false;
}

/** What the work gives, or undefined where it failed with one of these codes. Rejects for any other failure. */
export async function resultOf<T>(work: Promise<T>, unless: readonly string[]): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (unless.includes(codeOf(error))) return undefined;
    throw error;
  }
}

/** The system's code of an error, like `ENOENT`, or an empty text. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

const HOUR = 3_600_000;

/** Whether it has been there for so long that nobody can still be at work on it. */
export async function isOld(path: string): Promise<boolean> {
  const found = await resultOf(stat(path), MISSING);
  return found !== undefined && found.mtimeMs < Date.now() - HOUR;
}

/** The names in a folder, one by one, as there may be a million; none where there is no such folder. */
export async function* namesIn(path: string): AsyncGenerator<string> {
  const folder = await resultOf(opendir(path), MISSING);
  if (folder === undefined) return;
  for await (const { name } of folder) yield name;
}
