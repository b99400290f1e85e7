import { randomUUID } from "node:crypto";
import { open, unlink } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";

/** A process has one user. */
let probed: Promise<number> | undefined;

/** Windows has neither user ids nor modes. */
export function hasUsers(): boolean {
  return process.geteuid !== undefined;
}

/** The user of this process. Deno tells it only with `--allow-sys=uid`; otherwise a file that is made in `path` shows it. */
export async function ownUser(path: string): Promise<number | undefined> {
  try {
    return process.geteuid?.();
  } catch {
    probed ??= probe(path);
    return await probed;
  }
}

/** How the name of such a file begins, for a process that is killed in between. */
export const PROBE = ".user-";

async function probe(path: string): Promise<number> {
  try {
    const file = join(path, PROBE + randomUUID());
    const handle = await open(file, "wx");
    const { uid } = await handle.stat();
    await handle.close();
    await unlink(file);
    return uid;
  } catch (error) {
    probed = undefined;
    throw error;
  }
}
