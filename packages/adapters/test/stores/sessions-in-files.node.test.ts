import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, it } from "vitest";
import { fileStore } from "../../src/stores/file.ts";
import { concurrencyCases, PATIENCE } from "./sessions-in.ts";

const directory = mkdtempSync(join(tmpdir(), "websession-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("sessions in files", () => {
  for (const { name, run } of concurrencyCases(fileStore(directory))) it(name, run, PATIENCE);
});
