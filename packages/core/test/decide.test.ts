import { describe, expect, it } from "vitest";
import { type CommitEffects, type CommitFacts, decide } from "../src/lib/decide.ts";

const accessed: CommitFacts = {
  accessed: true,
  status: "unchanged",
  empty: false,
  client: "valid",
  refreshDue: false,
  outdated: false,
};

const nothing: CommitEffects = { cookie: "none", vary: false, cacheControl: "unchanged" };
const read: CommitEffects = { cookie: "none", vary: true, cacheControl: "private" };
const issued: CommitEffects = { cookie: "issue", vary: true, cacheControl: "private, no-store" };
const cleared: CommitEffects = { cookie: "clear", vary: true, cacheControl: "private, no-store" };

const table: [row: string, facts: Partial<CommitFacts>, effects: CommitEffects][] = [
  ["never accessed, no cookie", { accessed: false, client: "none", empty: true }, nothing],
  ["never accessed, valid cookie", { accessed: false }, nothing],
  ["never accessed, refresh due", { accessed: false, refreshDue: true }, nothing],
  ["never accessed, old secret", { accessed: false, outdated: true }, nothing],
  ["never accessed, expired cookie", { accessed: false, client: "ended", empty: true }, nothing],
  ["unchanged", {}, read],
  ["unchanged, no cookie", { client: "none", empty: true }, read],
  ["unchanged, rejected cookie", { client: "rejected", empty: true }, read],
  ["unchanged, expired cookie", { client: "ended", empty: true }, cleared],
  ["unchanged, refresh due", { refreshDue: true }, issued],
  ["unchanged, verified with an old secret", { outdated: true }, issued],
  ["modified", { status: "modified" }, issued],
  ["modified, no cookie", { status: "modified", client: "none" }, issued],
  ["modified, rejected cookie", { status: "modified", client: "rejected" }, issued],
  ["modified, expired cookie", { status: "modified", client: "ended" }, issued],
  ["modified, refresh due and old secret", { status: "modified", refreshDue: true, outdated: true }, issued],
  ["modified, now empty", { status: "modified", empty: true }, cleared],
  ["modified, now empty, no cookie", { status: "modified", empty: true, client: "none" }, read],
  ["modified, now empty, rejected cookie", { status: "modified", empty: true, client: "rejected" }, read],
  ["modified, now empty, expired cookie", { status: "modified", empty: true, client: "ended" }, cleared],
  ["destroyed", { status: "destroyed", empty: true }, cleared],
  ["destroyed, no cookie", { status: "destroyed", empty: true, client: "none" }, read],
  ["destroyed, rejected cookie", { status: "destroyed", empty: true, client: "rejected" }, cleared],
  ["destroyed, expired cookie", { status: "destroyed", empty: true, client: "ended" }, cleared],
];

describe("the decision of commit", () => {
  it.each(table)("%s", (_row, facts, effects) => {
    expect(decide({ ...accessed, ...facts })).toEqual(effects);
  });

  it("never sends a cookie without Vary and no-store", () => {
    for (const status of ["unchanged", "modified", "destroyed"] as const)
      for (const client of ["none", "valid", "ended", "rejected"] as const)
        for (const bits of Array(16).keys()) {
          const [accessed, empty, refreshDue, outdated] = [1, 2, 4, 8].map((bit) => (bits & bit) !== 0) as [
            boolean,
            boolean,
            boolean,
            boolean,
          ];
          const effects = decide({ status, client, accessed, empty, refreshDue, outdated });
          if (effects.cookie !== "none")
            expect(effects).toMatchObject({ vary: true, cacheControl: "private, no-store" });
          expect(effects.vary).toBe(accessed);
        }
  });
});
