import { codeOf } from "./file-system.ts";

/** A fault of the directory that its administrator must mend. */
export class DirectoryError extends Error {
  /** What to do about it, as a sentence without full stop. */
  readonly cure: string;

  constructor(fault: string, cure: string) {
    super(fault);
    this.cure = cure;
  }
}

const denied = "This user may not write to it: give it to this user (chown), or pass fileStore another directory";
const full = "The disk or this user's quota is full: free some space; sessions.sweep() removes expired sessions";
const busy = "Too many files are open: raise the limit (ulimit -n), or find what opens files and does not close them";
const nowhere = "The directory can't be made there: pass fileStore a path whose parents are folders, or can be made";

const cures: Readonly<Record<string, string>> = {
  EACCES: denied,
  EPERM: denied,
  EROFS: "This user may not write to it: the file system is read-only. Pass fileStore a directory on another one",
  ENOSPC: full,
  EDQUOT: full,
  EMFILE: busy,
  ENFILE: busy,
  ENOENT: nowhere,
  ENOTDIR: nowhere,
  ELOOP: nowhere,
  ENAMETOOLONG: "The path is too long: pass fileStore a shorter one",
};

/** What to do about an error of the file system, or of the store itself. */
export function cureForFiles(error: unknown): string | undefined {
  return error instanceof DirectoryError ? error.cure : cures[codeOf(error)];
}
