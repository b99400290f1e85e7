import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSessions } from "@websession/core";
import { describe, expect, it } from "vitest";
import { untilDone } from "../../src/lib/stores/file-rounds.ts";
import { fileStore } from "../../src/stores/file.ts";
import { isRoot, setUpIn, temporaryFolder } from "./file-setup.ts";
import { aRecord, newId } from "./records.ts";

const root = await temporaryFolder();
await writeFile(join(root, "file"), "");
await symlink(join(root, "nowhere", "x"), join(root, "dangling"));
await symlink(join(root, "loop"), join(root, "loop"));

/** What the visitor's request rejects with. */
async function failure(path: string): Promise<string> {
  const sessions = createSessions({ secrets: "a secret of at least thirty-two bytes", store: fileStore(path) });
  const answer = sessions.handle(new Request("https://example.com/"), (session) => {
    session.login("ada");
    return new Response();
  });
  const error: unknown = await answer.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "ERR_STORE" });
  return String(error);
}

const paths: [path: string, reason: RegExp, cure: RegExp][] = [
  ["file", /file is a file, but must be a folder/, /Remove it, or pass fileStore another path/],
  ["file/x/y", /ENOTDIR/, /pass fileStore a path whose parents are folders/],
  ["dangling", /dangling is a symbolic link/, /Pass fileStore the path that it points to/],
  ["dangling/x/y", /ENOENT/, /pass fileStore a path whose parents are folders/],
  ["loop/x", /ELOOP/, /pass fileStore a path whose parents are folders/],
  ["x".repeat(300), /ENAMETOOLONG/, /pass fileStore a shorter one/],
];

describe("a path of fileStore that can't be made", () => {
  it.each(paths)("is ERR_STORE, with the reason and a cure: %s", async (path, reason, cure) => {
    const message = await failure(join(root, path));
    expect(message).toMatch(reason);
    expect(message).toMatch(cure);
  });

  it.runIf(process.platform === "linux")("is ERR_STORE in a file system where nobody can make folders", async () => {
    const message = await failure("/proc/nope/x");
    expect(message).toContain("ENOENT");
    expect(message).toContain("mkdir '/proc/nope'");
    expect(message).toContain("pass fileStore a path whose parents are folders");
  });

  it.skipIf(isRoot)("is ERR_STORE where this user may not write", async () => {
    const message = await failure("/usr/websession-test");
    expect(message).toMatch(/EACCES|EROFS|EPERM/);
    expect(message).toContain("This user may not write to it");
  });

  it("is an error for every operation that meets it, and none waits", async () => {
    const { store, slot, directory } = setUpIn(root);
    const id = newId();
    await store.create(id, aRecord());
    const other = newId();
    await mkdir(join(slot(other), ".."), { recursive: true });
    await writeFile(slot(other), "");
    const works = [
      () => store.read(other),
      () => store.create(other, aRecord()),
      () => store.update(other, aRecord(), 1),
      () => store.touch(other, 1, 2, 1),
      () => store.delete(other),
    ];
    for (const work of works) await expect(work()).rejects.toThrow(slot(other));
    await writeFile(join(directory, "owners"), "");
    await expect(store.create(newId(), aRecord({ owner: "ada" }))).rejects.toThrow("owners is a file");
    await expect(store.update(id, aRecord({ owner: "ada" }), 1)).rejects.toThrow("owners is a file");
    await expect(store.list?.("ada")).rejects.toThrow("owners is a file");
  });
});

describe("the cure of fileStore", () => {
  const { store } = setUpIn(root);
  const cureFor = (code: string) => store.cureFor?.(Object.assign(new Error("x"), { code }));

  it.each([
    ["EACCES", /^This user may not write to it: give it to this user \(chown\)/],
    ["EPERM", /^This user may not write to it: give it to this user \(chown\)/],
    ["EROFS", /^This user may not write to it: the file system is read-only/],
    ["ENOSPC", /^The disk or this user's quota is full: free some space/],
    ["EDQUOT", /^The disk or this user's quota is full: free some space/],
    ["EMFILE", /^Too many files are open: raise the limit/],
    ["ENFILE", /^Too many files are open: raise the limit/],
    ["ENOTDIR", /whose parents are folders/],
    ["ENOENT", /whose parents are folders/],
  ])("for %s", (code, cure) => {
    expect(cureFor(code)).toMatch(cure);
  });

  it("is none for what it does not know", () => {
    expect([cureFor("EOTHER"), store.cureFor?.(new Error("x")), store.cureFor?.(undefined)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("an attempt of fileStore that is repeated", () => {
  it("ends with what it gives, or with an error that names the path", async () => {
    let attempts = 0;
    expect(await untilDone("/x", async () => (attempts++ < 20 ? undefined : attempts))).toBe(21);
    const never = untilDone("/x/y", async () => void attempts++);
    await expect(never).rejects.toThrow("/x/y was different after each of 1000 attempts");
    expect(attempts).toBe(1021);
    expect(setUpIn(root).store.cureFor?.(await never.catch((error: unknown) => error))).toContain(
      "Find what else changes",
    );
  });
});
