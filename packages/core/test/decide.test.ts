import { describe, expect, it } from "vitest";
import { type CommitEffects, type CommitFacts, decide } from "../src/lib/decide.ts";

const accessed: CommitFacts = {
  status: "unchanged",
  empty: false,
  client: "valid",
  destroyed: false,
  refreshDue: false,
  outdated: false,
  tokenStale: true,
};

type Outcome = CommitEffects["cookie"];

const vary = true;
const read: CommitEffects = { cookie: "none", record: "none", vary, cacheControl: "private" };
const sent = (cookie: Outcome, record: CommitEffects["record"]): CommitEffects => {
  return { cookie, record, vary, cacheControl: cookie === "none" ? "private" : "private, no-store" };
};
const empty = true;
const current = { tokenStale: false };
const destroyed = { destroyed: true, empty };
const written: Partial<CommitFacts> = { destroyed: true, status: "modified" };

const table: [row: string, facts: Partial<CommitFacts>, effects: CommitEffects][] = [
  ["unchanged", {}, read],
  ["unchanged, no cookie", { client: "none", empty }, read],
  ["unchanged, rejected cookie", { client: "rejected", empty }, read],
  ["unchanged, expired cookie", { client: "ended", empty }, sent("clear", "none")],
  ["unchanged, refresh due", { refreshDue: true }, sent("issue", "touch")],
  ["unchanged, refresh due, in a store", { refreshDue: true, ...current }, sent("none", "touch")],
  ["unchanged, verified with an old secret", { outdated: true }, sent("issue", "none")],
  ["unchanged, verified with an old secret, in a store", { outdated: true, ...current }, sent("issue", "none")],
  ["unchanged, retired id", { client: "retired", empty }, read],
  ["modified", { status: "modified" }, sent("issue", "save")],
  ["modified, in a store", { status: "modified", ...current }, sent("none", "save")],
  ["modified, old secret, in a store", { status: "modified", outdated: true, ...current }, sent("issue", "save")],
  ["modified, no cookie", { status: "modified", client: "none" }, sent("issue", "save")],
  ["modified, no cookie, in a store", { status: "modified", client: "none", ...current }, sent("issue", "save")],
  ["modified, rejected cookie", { status: "modified", client: "rejected" }, sent("issue", "save")],
  ["modified, expired cookie", { status: "modified", client: "ended" }, sent("issue", "save")],
  ["modified, retired id", { status: "modified", client: "retired" }, read],
  ["modified, now empty", { status: "modified", empty }, sent("clear", "delete")],
  ["modified, now empty, no cookie", { status: "modified", empty, client: "none" }, read],
  ["modified, now empty, rejected cookie", { status: "modified", empty, client: "rejected" }, read],
  ["modified, now empty, expired cookie", { status: "modified", empty, client: "ended" }, sent("clear", "none")],
  ["destroyed", { status: "destroyed", ...destroyed }, sent("clear", "delete")],
  ["destroyed, no cookie", { status: "destroyed", ...destroyed, client: "none" }, read],
  ["destroyed, rejected cookie", { status: "destroyed", ...destroyed, client: "rejected" }, sent("clear", "none")],
  ["destroyed, expired cookie", { status: "destroyed", ...destroyed, client: "ended" }, sent("clear", "none")],
  ["destroyed, retired id", { status: "destroyed", ...destroyed, client: "retired" }, sent("none", "delete")],
  ["destroyed and written, retired id", { ...written, client: "retired" }, sent("none", "delete")],
  ["destroyed and written", written, sent("issue", "save")],
];

describe("the decision of commit", () => {
  it.each(table)("%s", (_row, facts, effects) => {
    expect(decide({ ...accessed, ...facts })).toEqual(effects);
  });

  it("never sends a cookie without Vary and no-store", () => {
    for (const status of ["unchanged", "modified", "destroyed"] as const)
      for (const client of ["none", "valid", "ended", "retired", "rejected"] as const)
        for (const bits of Array(32).keys()) {
          const bit = (place: number) => (bits & (1 << place)) !== 0;
          const [destroyed, empty, refreshDue, outdated, tokenStale] = [bit(0), bit(1), bit(2), bit(3), bit(4)];
          const effects = decide({ status, client, empty, destroyed, refreshDue, outdated, tokenStale });
          if (effects.cookie !== "none") expect(effects).toMatchObject({ vary, cacheControl: "private, no-store" });
          expect(effects.vary).toBe(true);
        }
  });
});
