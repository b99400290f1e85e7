import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeContract } from "@websession/core/testing";
import { afterAll, describe, it } from "vitest";
import { fileStore } from "../../src/stores/file.ts";

const directory = await mkdtemp(join(tmpdir(), "websession-"));
afterAll(() => rm(directory, { recursive: true, force: true }));
let passed = 0;
const store = fileStore(directory, { now: () => Date.now() + passed }).operations;
const advance = (seconds: number) => {
  passed += seconds * 1000;
};

describe("fileStore", () => {
  for (const { name, run } of storeContract(store, { advance })) it(name, run);
});
