import { memoryStore } from "@websession/core";
import { faulty } from "@websession/core/testing";
import { describe, it } from "vitest";
import { concurrencyCases, PATIENCE } from "./sessions-in.ts";

describe("sessions in memoryStore", () => {
  for (const { name, run } of concurrencyCases(memoryStore())) it(name, run, PATIENCE);
});

describe("sessions in a store that is slow and contended", () => {
  const store = faulty(memoryStore(), { latency: () => Math.random() * 5, conflict: 0.1 });
  for (const { name, run } of concurrencyCases(store, { rounds: 1 })) it(name, run, PATIENCE);
});
