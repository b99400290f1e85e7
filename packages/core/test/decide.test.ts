import { describe, expect, it } from "vitest";
import { type CommitAction, type CommitFacts, decide } from "../src/lib/decide.ts";

const accessed: CommitFacts = {
  client: "valid",
  status: "unchanged",
  empty: false,
  destroyed: false,
  signIn: false,
  refreshDue: false,
  mustReissue: false,
};

const empty = true;
const destroyed: Partial<CommitFacts> = { status: "destroyed", destroyed: true, empty };
const written: Partial<CommitFacts> = { status: "modified", destroyed: true };

const table: [row: string, facts: Partial<CommitFacts>, action: CommitAction][] = [
  ["unchanged", {}, "none"],
  ["unchanged, no cookie", { client: "none", empty }, "none"],
  ["unchanged, rejected cookie", { client: "rejected", empty }, "none"],
  ["unchanged, ended session", { client: "ended", empty }, "none"],
  ["unchanged, superseded token", { client: "superseded" }, "none"],
  ["unchanged, refresh due", { refreshDue: true }, "refresh"],
  ["unchanged, verified with an old secret", { mustReissue: true }, "reissue"],
  ["unchanged, both", { refreshDue: true, mustReissue: true }, "refresh"],
  ["unchanged, superseded token, refresh due", { client: "superseded", refreshDue: true }, "none"],
  ["modified", { status: "modified" }, "save"],
  ["modified, no cookie", { status: "modified", client: "none" }, "save"],
  ["modified, rejected cookie", { status: "modified", client: "rejected" }, "save"],
  ["modified, ended session", { status: "modified", client: "ended" }, "save"],
  ["modified, superseded token", { status: "modified", client: "superseded" }, "lose"],
  ["signed in, superseded token", { status: "modified", client: "superseded", signIn: true }, "save"],
  ["modified, now empty", { status: "modified", empty }, "empty"],
  ["modified, now empty, no cookie", { status: "modified", empty, client: "none" }, "none"],
  ["modified, now empty, rejected cookie", { status: "modified", empty, client: "rejected" }, "none"],
  ["modified, now empty, ended session", { status: "modified", empty, client: "ended" }, "none"],
  ["modified, now empty, superseded token", { status: "modified", empty, client: "superseded" }, "lose"],
  ["destroyed", destroyed, "end"],
  ["destroyed, superseded token", { ...destroyed, client: "superseded" }, "end"],
  ["destroyed, no cookie", { ...destroyed, client: "none" }, "none"],
  ["destroyed, rejected cookie", { ...destroyed, client: "rejected" }, "clear"],
  ["destroyed, ended session", { ...destroyed, client: "ended" }, "clear"],
  ["destroyed and written", written, "save"],
  ["destroyed and written, superseded token", { ...written, client: "superseded" }, "save"],
  ["destroyed and written, ended session", { ...written, client: "ended" }, "save"],
];

describe("the decision of commit", () => {
  it.each(table)("%s", (_row, facts, action) => {
    expect(decide({ ...accessed, ...facts })).toBe(action);
  });

  it("never ends or empties a session that the client did not bring", () => {
    for (const client of ["none", "rejected", "ended"] as const)
      for (const status of ["unchanged", "modified", "destroyed"] as const)
        for (const bits of Array(32).keys()) {
          const bit = (place: number) => (bits & (1 << place)) !== 0;
          const [destroyed, empty, signIn, refreshDue, mustReissue] = [bit(0), bit(1), bit(2), bit(3), bit(4)];
          const action = decide({ client, status, empty, destroyed, signIn, refreshDue, mustReissue });
          expect(["none", "save", "clear"]).toContain(action);
        }
  });
});
