import { lstat, mkdtemp, rmdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";

/** A process has one user. */
let probed: Promise<number> | undefined;

/** Windows has neither user ids nor modes. */
export function hasUsers(): boolean {
  return process.geteuid !== undefined;
}

/** The user of this process. Deno tells it only with `--allow-sys=uid`; otherwise a folder that is made in `path` shows it. */
export async function ownUser(path: string): Promise<number | undefined> {
  try {
    return process.geteuid?.();
  } catch {
    probed ??= probe(path);
    return await probed;
  }
}

async function probe(path: string): Promise<number> {
  try {
    const folder = await mkdtemp(join(path, ".user-"));
    const { uid } = await lstat(folder);
    await rmdir(folder);
    return uid;
  } catch (error) {
    probed = undefined;
    throw error;
  }
}
