import { mkdtemp, readdir, rename, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { StoreOperations } from "@websession/core";
import { afterAll } from "vitest";
import { fileStore } from "../../src/stores/file.ts";
import { seconds } from "./records.ts";

export const isRoot: boolean = process.geteuid?.() === 0;

/** The user nobody, for `chown` by root. */
export const STRANGER = 65534;

export interface FileSetUp {
  readonly directory: string;
  readonly store: StoreOperations;
  /** Moves the store's clock forward. */
  advance(seconds: number): void;
  /** Where the session is. */
  slot(id: string): string;
  /** Where the session was in the former layout. */
  formerSlot(id: string): string;
}

/** A folder that is removed after the tests of the file. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "websession-"));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

let stores = 0;

/** A store in a directory that is not there yet. */
export function setUpIn(root: string): FileSetUp {
  const directory = join(root, `store-${stores++}`);
  let passed = 0;
  const store = fileStore(directory, { now: () => Date.now() + passed }).operations;
  return {
    directory,
    store,
    advance(seconds) {
      passed += seconds * 1000;
    },
    slot: (id) => join(directory, "sessions", id.slice(0, 2), id),
    formerSlot: (id) => join(directory, "sessions", id),
  };
}

export const everythingIn = (directory: string): Promise<string[]> => readdir(directory, { recursive: true });

/** Without the folders that stay: `sessions`, `owners`, and those of two characters in them. */
export async function contentOf(directory: string): Promise<string[]> {
  const stays = /^(sessions|owners)(\/[\w-]{2})?$/;
  return (await everythingIn(directory)).filter((name) => !stays.test(name)).sort();
}

/** As if everything had been written yesterday. */
export async function age(directory: string): Promise<void> {
  const yesterday = seconds() - 86_400;
  for (const name of await everythingIn(directory)) await utimes(join(directory, name), yesterday, yesterday);
}

/** Moves everything to where the former version of the store had it. */
export async function intoFormerLayout(directory: string): Promise<void> {
  for (const kind of ["sessions", "owners"]) {
    for (const shard of await readdir(join(directory, kind))) {
      for (const name of await readdir(join(directory, kind, shard))) {
        await rename(join(directory, kind, shard, name), join(directory, kind, name));
      }
      await rm(join(directory, kind, shard), { recursive: true });
    }
  }
}
