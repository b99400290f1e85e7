import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSessions } from "@websession/core";
import { storeContract } from "@websession/core/testing";
import expressSession from "express-session";
import memoryStoreOf from "memorystore";
import fileStoreOf from "session-file-store";
import { afterAll, describe, expect, it } from "vitest";
import { connectStore } from "../../src/stores/connect.ts";
import { lastWinsCases } from "./last-wins-cases.ts";
import { aRecord, newId, seconds } from "./records.ts";
import { cookieOf, request, secrets, visit } from "./visits.ts";

// As an application says what is in its sessions: a store's type with that is accepted too.
declare module "express-session" {
  interface SessionData {
    user: string;
  }
}

const directory = await mkdtemp(join(tmpdir(), "websession-"));
afterAll(() => rm(directory, { recursive: true, force: true }));

const MemoryStore = memoryStoreOf(expressSession);
const FileStore = fileStoreOf(expressSession);
const quiet = { path: directory, reapInterval: -1, logFn: () => {} };

describe.each([
  { name: "the MemoryStore of express-session", connect: new expressSession.MemoryStore(), many: 10_000 },
  { name: "memorystore", connect: new MemoryStore({ checkPeriod: 60_000 }), many: 10_000 },
  { name: "session-file-store", connect: new FileStore({ ...quiet, retries: 0 }), many: 1000 },
])("connectStore with $name", ({ connect, many }) => {
  const store = connectStore(connect);
  for (const { name, run } of storeContract(store.operations, { many })) it(name, run, 60_000);
  for (const { name, run } of lastWinsCases(connect)) it(name, run);
});

describe("connectStore with session-file-store", () => {
  it("says that a session is missing, not that the store failed, whatever its retries", async () => {
    for (const retries of [0, 2]) {
      const { operations } = connectStore(new FileStore({ ...quiet, retries }));
      expect(await operations.read(newId())).toBeUndefined();
      expect(await operations.update(newId(), aRecord(), 1)).toBe("missing");
      await operations.delete(newId());
    }
  });

  it("takes a file that was cut off for damage, once", async () => {
    const store = connectStore(new FileStore({ ...quiet, retries: 0 }));
    const sessions = createSessions({ secrets, store });
    const cookie = cookieOf(await visit(sessions, undefined, (session) => session.set("n", 1)));
    const { id } = await sessions.load(request(cookie));
    await writeFile(join(directory, `${id}.json`), '{"cookie":{"origi');
    await expect(sessions.load(request(cookie))).rejects.toThrow(`gave back what is no record of a session, for ${id}`);
    expect((await sessions.load(request(cookie))).isNew).toBe(true);
  });

  it("has no list, as that store has no way to read all sessions", () => {
    expect(connectStore(new FileStore(quiet)).operations.list).toBeUndefined();
  });
});

it("leaves the sessions of an Express application in the same store alone", async () => {
  const connect = new expressSession.MemoryStore();
  const { operations } = connectStore(connect);
  const id = newId();
  const cookie = new expressSession.Cookie();
  cookie.maxAge = 60_000;
  connect.set(id, { cookie, user: "ada" });
  expect(await operations.list?.("ada")).toEqual([]);
  expect(await operations.read(id)).toMatchObject({ version: Number.NaN });
  const own = newId();
  const record = aRecord({ owner: "ada", expiresAt: seconds() + 60 });
  expect(await operations.create(own, record)).toBe(true);
  expect(await operations.list?.("ada")).toEqual([{ id: own, record }]);
});
