import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { sqlSchema } from "../../src/lib/stores/sql-statements.ts";

it("is what the docs show", () => {
  const page = readFileSync(new URL("../../../../docs/stores.md", import.meta.url), "utf8");
  const [, documented] = /^```sql\n([\s\S]*?)^```$/m.exec(page) ?? [];
  expect(documented).toBe(
    sqlSchema("websession")
      .map((statement) => `${statement};\n`)
      .join(""),
  );
});
