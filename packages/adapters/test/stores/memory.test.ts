import { memoryStore } from "@websession/core";
import { describe, it } from "vitest";
import { concurrencyCases } from "./sessions-in.ts";

describe("sessions in memoryStore", () => {
  for (const { name, run } of concurrencyCases(memoryStore())) it(name, run);
});
