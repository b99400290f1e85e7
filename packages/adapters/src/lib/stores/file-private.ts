import type { Stats } from "node:fs";
import { chmod, lstat, realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { DirectoryError } from "./file-errors.ts";
import { foreign, linked, openParent, shared, untrusted, withoutModes } from "./file-refusals.ts";
import { did, FOLDER_MODE, MISSING, namesIn, resultOf } from "./file-system.ts";
import { hasUsers, ownUser, PROBE } from "./file-user.ts";

const WRITABLE_BY_OTHERS = 0o022;
const WRITABLE_BY_EVERYBODY = 0o002;
const STICKY = 0o1000;

/**
 * Whether there is such a folder. Rejects unless it is this user's and private; one that others may only read, or that is empty,
 * is made private. What is in a folder that others could write to may have been put there, or renamed, by them.
 */
export async function openPrivate(path: string): Promise<boolean> {
  const found = await findOwn(path);
  if (found && hasUsers()) {
    if (isOpenToOthers(found) && !(await isEmpty(path))) throw untrusted(path, found);
    await makePrivate(path, found);
  }
  return found !== undefined;
}

/**
 * The same for the store's own directory. `names` is what the store keeps in it, checked by itself; a directory that holds
 * anything else is somebody's project or a whole disk, and keeps its mode.
 */
export async function openDirectory(path: string, names: readonly string[]): Promise<boolean> {
  const found = await findOwn(path);
  if (found && hasUsers()) {
    await checkParents(path);
    const other = await firstName(path, (name) => !names.includes(name) && !name.startsWith(PROBE));
    if (other === undefined) await makePrivate(path, found);
    else if (isOpenToOthers(found)) throw shared(path, found, other);
  }
  return found !== undefined;
}

async function findOwn(path: string): Promise<Stats | undefined> {
  const found = await resultOf(lstat(path), MISSING);
  if (found === undefined) return undefined;
  if (found.isSymbolicLink()) throw linked(path);
  if (!found.isDirectory())
    throw new DirectoryError(`${path} is a file, but must be a folder`, "Remove it, or pass fileStore another path");
  const user = await ownUser(path);
  if (user !== undefined && found.uid !== user) throw foreign(path, found, user);
  return found;
}

async function makePrivate(path: string, { mode }: Stats): Promise<void> {
  if ((mode & 0o777) === FOLDER_MODE) return;
  await did(chmod(path, FOLDER_MODE), MISSING);
  const now = await resultOf(lstat(path), MISSING);
  if (now && (now.mode & 0o777) !== FOLDER_MODE) throw withoutModes(path, now);
}

/**
 * Only its owner and its group may rename what is in a parent. They often deploy the application, so they could do worse. If they
 * put another directory in the place of ours, it does not belong to this user, and is refused.
 */
async function checkParents(path: string): Promise<void> {
  const parents = new Set([...parentsOf(path), ...parentsOf(await realpath(path))]);
  for (const parent of parents) {
    const found = await lstat(parent);
    if (found.isDirectory() && isOpenToEverybody(found)) throw openParent(parent, found, path);
  }
}

function isOpenToOthers({ mode }: Stats): boolean {
  return (mode & WRITABLE_BY_OTHERS) !== 0;
}

/** In a sticky folder everybody may make something, but nobody may rename what is another's. */
function isOpenToEverybody({ mode }: Stats): boolean {
  return (mode & WRITABLE_BY_EVERYBODY) !== 0 && (mode & STICKY) === 0;
}

function parentsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...parentsOf(parent)];
}

async function isEmpty(path: string): Promise<boolean> {
  return (await firstName(path, () => true)) === undefined;
}

async function firstName(path: string, matches: (name: string) => boolean): Promise<string | undefined> {
  for await (const name of namesIn(path)) if (matches(name)) return name;
  return undefined;
}
