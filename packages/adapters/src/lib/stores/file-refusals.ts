import type { Stats } from "node:fs";
import { join } from "node:path";
import { DirectoryError } from "./file-errors.ts";

const octal = ({ mode }: Stats) => (mode & 0o7777).toString(8);

export function linked(path: string): DirectoryError {
  return new DirectoryError(
    `${path} is a symbolic link, but must be a folder`,
    "Pass fileStore the path that it points to, or remove it",
  );
}

export function foreign(path: string, { uid }: Stats, user: number): DirectoryError {
  return new DirectoryError(
    `${path} belongs to another user (uid ${uid}), but must belong to this one (uid ${user})`,
    `Run as that user; or pass fileStore another directory; or remove it; or, if you trust what is in it, chown -R ${user} it`,
  );
}

export function untrusted(path: string, found: Stats): DirectoryError {
  return new DirectoryError(
    `Others may write to ${path} (mode ${octal(found)}), so what is in it may be theirs`,
    `If nobody else can have changed anything in it: chmod -R go= ${path}. Otherwise remove it, which ends its sessions`,
  );
}

export function shared(path: string, found: Stats, other: string): DirectoryError {
  return new DirectoryError(
    `Others may write to ${path} (mode ${octal(found)}), and it holds other things (${JSON.stringify(other)})`,
    `Pass fileStore a directory of its own, like ${join(path, "websession")}; or chmod go-w ${path}`,
  );
}

export function withoutModes(path: string, found: Stats): DirectoryError {
  return new DirectoryError(
    `${path} can't be made private: its mode is still ${octal(found)} after chmod 700`,
    "Pass fileStore a directory on a file system that keeps modes",
  );
}

export function openParent(parent: string, found: Stats, path: string): DirectoryError {
  return new DirectoryError(
    `Everybody may write to ${parent} (mode ${octal(found)}), and so replace ${path}`,
    `chmod o-w ${parent}, or, if it is for everybody, chmod +t ${parent}; or pass fileStore another directory`,
  );
}
